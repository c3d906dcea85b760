/** How do many ids fit into few characters? Neighbours as ranges: `3-5,9`. */

/** Ascending, each once. */
export function formatIds(ids: readonly number[]): string {
  const ranges: Array<[number, number]> = []
  for (const id of [...new Set(ids)].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === id - 1) last[1] = id
    else ranges.push([id, id])
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

/** @returns null for what is no such text, or names more than `most` */
export function parseIds(text: string, most: number): number[] | null {
  const ids: number[] = []
  for (const part of text === '' ? [] : text.split(',')) {
    const [, from, to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? []
    if (from === undefined || Number(to) < Number(from) || ids.length + Number(to) - Number(from) >= most) return null
    for (let id = Number(from); id <= Number(to); id++) ids.push(id)
  }
  return ids
}
