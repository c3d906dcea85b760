/** How do rows become a table that fits the terminal? The last column gives way; in a pipe nothing is cut. */
import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const
const between = 2
const leastForLast = 24

/** @param columns width of the terminal, or null when there is none. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>, columns: number | null): string {
  const all = [head, ...rows]
  const natural = head.map((_, index) => Math.max(...all.map((row) => widthOf(row[index] ?? ''))))
  const others = natural.slice(0, -1).reduce((sum, width) => sum + width + between, 0)
  const last = natural.at(-1) ?? 0
  const room = columns === null ? last : Math.max(leastForLast, longestLink(rows), columns - others)
  const colWidths = [...natural.slice(0, -1), Math.min(last, room)]
  const made = new Table({
    head: [...head],
    chars: bare,
    colWidths,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  made.push(...rows.map((row) => [...row]))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** A link that is cut leads nowhere, so it goes beyond the edge of a narrow terminal instead. */
function longestLink(rows: ReadonlyArray<readonly string[]>): number {
  const links = rows.map((row) => row.at(-1) ?? '').filter((cell) => /^https?:\/\/\S+$/.test(cell))
  return Math.max(0, ...links.map(widthOf))
}

function widthOf(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}
