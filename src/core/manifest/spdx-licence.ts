/** Which SPDX licence does a text name, and which might have been meant? */
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' }
import currentIds from 'spdx-license-ids/index.json' with { type: 'json' }

const byLowerCase = new Map([...currentIds, ...deprecatedIds].map((id) => [id.toLowerCase(), id]))

/** The id as SPDX spells it, whatever the case of the text; null when SPDX has no such licence. Retired ids are known. */
export function spdxLicence(text: string): string | null {
  return byLowerCase.get(text.trim().toLowerCase()) ?? null
}

/** Up to three current ids that look like the text, nearest first. */
export function nearestLicences(text: string): readonly string[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '-').slice(0, 50)
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  return currentIds
    .map((id) => ({ id, distance: editDistance(wanted, id.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance || a.id.length - b.id.length)
    .slice(0, 3)
    .map(({ id }) => id)
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
