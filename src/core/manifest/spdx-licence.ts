/** Which SPDX licence does a text name, and which might have been meant? */
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' }
import currentIds from 'spdx-license-ids/index.json' with { type: 'json' }
import { nearest } from '../nearest.ts'

const byLowerCase = new Map([...currentIds, ...deprecatedIds].map((id) => [id.toLowerCase(), id]))

/** The id as SPDX spells it, whatever the case of the text; null when SPDX has no such licence. Retired ids are known. */
export function spdxLicence(text: string): string | null {
  return byLowerCase.get(text.trim().toLowerCase()) ?? null
}

/** Up to three current ids that look like the text, nearest first. */
export function nearestLicences(text: string): readonly string[] {
  return nearest(text.trim().replace(/\s+/g, '-'), currentIds, 3)
}
