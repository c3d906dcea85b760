/** Which goals are reached? Each compares two rows of one table round by round, or one row with a plain number. */
import { alignedTable, ratiosOf, type Spread, spreadOf, spreadText, type TableResult, valuesOf } from './report.ts'

export interface Goal {
  /** What is compared with what. */
  readonly name: string
  readonly row: string
  /** Key of a column. */
  readonly column: string
  /** The row, of the same table and column, whose value it is divided by; null: the value itself counts. */
  readonly beside: string | null
  /** Of that row, where another column is meant. */
  readonly otherColumn?: string
  readonly bound: 'at least' | 'at most'
  readonly value: number
  /** Of the value, when it is no ratio. */
  readonly unit?: string
}

export interface GoalResult extends Goal {
  readonly table: string
  /** Null: not measured, for the reason in `why`. */
  readonly measured: Spread | null
  readonly reached: boolean
  readonly why: string | null
}

export function judge(table: TableResult): GoalResult[] {
  return table.goals.map((goal) => {
    const row = table.rows.find(({ name }) => name === goal.row)
    const beside = goal.beside === null ? row : table.rows.find(({ name }) => name === goal.beside)
    const values = row === undefined || beside === undefined ? [] : measuredBy(goal, row, beside)
    const measured = spreadOf(values)
    const reached = measured !== null && keeps(goal, measured.median)
    return { ...goal, table: table.name, measured, reached, why: measured === null ? whyNot([row, beside]) : null }
  })
}

type Row = TableResult['rows'][number]

function measuredBy({ beside, column, otherColumn = column }: Goal, row: Row, other: Row): number[] {
  return beside === null ? valuesOf(row, column) : ratiosOf(row, other, column, otherColumn)
}

function keeps({ bound, value }: Goal, measured: number): boolean {
  return bound === 'at least' ? measured >= value : measured <= value
}

function whyNot(rows: ReadonlyArray<Row | undefined>): string {
  if (rows.includes(undefined)) return 'a row is not there'
  const skipped = rows.find((row) => row?.skipped)
  if (skipped) return `${skipped.name} is skipped`
  return 'no round went well for both'
}

/** A table in Markdown: all goals, and by how much those that are missed are missed. */
export function goalsText(goals: readonly GoalResult[]): string {
  const lines = goals.map((goal) => [`${goal.name} (${goal.table})`, wanted(goal), found(goal), verdict(goal)])
  return ['### Goals', '', ...alignedTable(['', 'goal', 'measured', ''], lines), ''].join('\n')
}

function wanted(goal: Goal): string {
  return `${goal.bound === 'at least' ? '≥' : '≤'} ${withUnit(`${goal.value}`, goal)}`
}

function withUnit(text: string, { beside, unit = '' }: Goal): string {
  return beside === null ? `${text} ${unit}`.trim() : `${text} ×`
}

function found(goal: GoalResult): string {
  return goal.measured === null ? '–' : withUnit(spreadText(goal.measured, goal.beside === null ? 0 : 2), goal)
}

function verdict(goal: GoalResult): string {
  if (goal.measured === null) return `not measured: ${goal.why}`
  if (goal.reached) return 'reached'
  if (goal.value === 0) return 'missed'
  const share = Math.abs(goal.measured.median / goal.value - 1) * 100
  return `missed by ${share < 10 || share > 99 ? share.toFixed(1) : share.toFixed(0)} %`
}
