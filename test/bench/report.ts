/** How do many rounds become one line? Medians with the range they lie in, ratios of the same round, tables, JSON. */
import type { Numbers } from './contender.ts'
import type { Goal } from './goals.ts'

/** A column of a table, filled from the values measured under `key`. */
export interface Column {
  readonly key: string
  readonly head: string
  readonly digits: number
  /** Also shown as a multiple of the row beside, under this head. */
  readonly ratioHead?: string
}

/** What a row has measured so far, one entry a round. A round that failed has the reason. */
export interface RowResult {
  readonly name: string
  /** What its figures hold for, beside its name. */
  readonly about?: string
  /** Name of the row its ratios refer to; null: none. */
  readonly beside: string | null
  /** Why it did not run at all. */
  readonly skipped: string | null
  readonly rounds: ReadonlyArray<Numbers | { readonly failed: string }>
}

export interface TableResult {
  readonly name: string
  readonly title: string
  /** Head of what rows say about themselves; without, they say nothing. */
  readonly aboutHead?: string
  readonly columns: readonly Column[]
  readonly rows: readonly RowResult[]
  readonly goals: readonly Goal[]
}

export interface Spread {
  /** Of the values it is taken from. */
  readonly count: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @returns null for no values, or when one is not a number. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0 || values.some(Number.isNaN)) return null
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    count: values.length,
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/** The values of a column in the rounds that went well. */
export function valuesOf(row: RowResult, key: string): number[] {
  return row.rounds.flatMap((round) => (isFailed(round) || round[key] === undefined ? [] : [round[key]]))
}

/** How many times the other row's value of the *same round* each value is: what slows both down cancels out. */
export function ratiosOf(row: RowResult, other: RowResult, key: string, otherKey = key): number[] {
  return row.rounds.flatMap((round, index) => {
    const beside = other.rounds[index]
    if (beside === undefined || isFailed(round) || isFailed(beside)) return []
    const [mine, theirs] = [round[key], beside[otherKey]]
    return mine === undefined || theirs === undefined ? [] : [mine / theirs]
  })
}

export function isFailed(round: Numbers | { readonly failed: string }): round is { readonly failed: string } {
  return typeof round.failed === 'string'
}

export function tableText(table: TableResult): string {
  const { aboutHead } = table
  const heads = table.columns.flatMap(({ head, ratioHead }) => (ratioHead === undefined ? [head] : [head, ratioHead]))
  if (aboutHead !== undefined) heads.unshift(aboutHead)
  const aboutOf = ({ about = '' }: RowResult) => (aboutHead === undefined ? [] : [about])
  const lines = table.rows.map((row) => [row.name, ...aboutOf(row), ...cellsOf(row, table)])
  const notes = table.rows.flatMap(notesOf)
  const text = [`### ${table.title}`, '', ...alignedTable(['', ...heads], lines), '']
  return [...text, ...notes, ...(notes.length > 0 ? [''] : [])].join('\n')
}

/** Lines of a table in Markdown, which can be read as they are. */
export function alignedTable(heads: readonly string[], lines: ReadonlyArray<readonly string[]>): string[] {
  const widths = heads.map((head, index) => Math.max(head.length, ...lines.map((cells) => cells[index]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, index) => pad(cell, index, widths)).join(' | ')} |`
  const rule = `|${widths.map((width, index) => `${'-'.repeat(width + 1)}${index === 0 ? '-' : ':'}`).join('|')}|`
  return [line(heads), rule, ...lines.map(line)]
}

function pad(cell: string, index: number, widths: readonly number[]): string {
  const width = widths[index] ?? 0
  return index === 0 ? cell.padEnd(width) : cell.padStart(width)
}

function cellsOf(row: RowResult, { columns, rows }: TableResult): string[] {
  const beside = rows.find(({ name }) => name === row.beside)
  return columns.flatMap(({ key, digits, ratioHead }) => {
    const value = cellText(valuesOf(row, key), digits)
    if (ratioHead === undefined) return [value]
    return [value, beside === undefined ? '' : cellText(ratiosOf(row, beside, key), 2)]
  })
}

function cellText(values: readonly number[], digits: number): string {
  const spread = spreadOf(values)
  return spread === null ? '–' : spreadText(spread, digits)
}

export function spreadText({ median, min, max, count }: Spread, digits: number): string {
  const text = (value: number) => value.toFixed(digits)
  return count === 1 ? text(median) : `${text(median)} (${text(min)}–${text(max)})`
}

function notesOf({ name, skipped, rounds }: RowResult): string[] {
  if (skipped !== null) return [`* ${name}: skipped, ${skipped}.`]
  const failures = rounds.filter(isFailed)
  if (failures.length === 0) return []
  return [`* ${name}: ${failures.length} of ${rounds.length} rounds failed and are left out: ${failures[0]?.failed}`]
}

/** The same for programs: every round, and what the tables show. */
export function tableJson(table: TableResult): object {
  const { name, title, columns } = table
  const rows = table.rows.map((row) => {
    const beside = table.rows.find((other) => other.name === row.beside)
    const entries = columns.map(({ key, ratioHead }) => {
      const ratio = ratioHead === undefined || beside === undefined ? null : spreadOf(ratiosOf(row, beside, key))
      return [key, { ...spreadOf(valuesOf(row, key)), ratio }]
    })
    return { ...row, values: Object.fromEntries(entries) }
  })
  return { name, title, columns, rows }
}
