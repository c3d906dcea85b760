/** How is a run told? A table of the faults, the points that were reached, and what must not have happened. */
import type { Casualties } from './casualties.ts'
import type { Chaos } from './chaos.ts'
import type { Ending } from './ending.ts'
import { points, pointText } from './points.ts'
import type { Carried, Tally } from './run-plan.ts'

export interface Told {
  readonly chaos: Chaos
  readonly carried: Carried
  readonly ending: Ending
  readonly findings: readonly string[]
  readonly seconds: number
}

const columns = ['fault', 'injected', 'missed', 'copies', 'lost', 'doubled', 'stuck', 'worst ms', 'bound ms'] as const

export function tableText(tallies: Carried['tallies'], casualties: Casualties): string {
  const rows = [...tallies]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([label, tally]) => rowOf(label, tally, casualties))
  const lines = [columns.map(String), ...rows]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const padded = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  )
  return padded.join('\n')
}

function rowOf(label: string, tally: Tally, { lost, doubled, stuck }: Casualties): string[] {
  const among = (bad: ReadonlySet<number>) => [...tally.affected].filter((id) => bad.has(id)).length
  const times = tally.boundMs === 0 ? ['', ''] : [tally.worstMs, tally.boundMs]
  const counts = [tally.injected, tally.missed, tally.affected.size, among(lost), among(doubled), among(stuck)]
  return [label, ...[...counts, ...times].map(String)]
}

export function summaryText({ chaos, carried, ending, findings, seconds }: Told): string {
  const { entries } = chaos.journal
  const count = (kind: string) => entries.filter((entry) => entry.kind === kind).length
  const sum = (pattern: RegExp) =>
    [...carried.tallies].reduce((total, [label, { injected }]) => total + (pattern.test(label) ? injected : 0), 0)
  const terms = entries.filter((entry) => entry.kind === 'commit' && entry.name === 'lease acquire')
  const errors = [...ending.errors].map(([code, times]) => `${code} ${times}`).join(', ')
  const { done } = chaos.injector
  return [
    `points at which something was done: ${done.size} of ${points.length}`,
    ...points.map((point) => `  ${pointText(point)}: ${done.get(pointText(point)) ?? 0}`),
    `signals that end a worker: ${sum(/^SIG|host lost/)}, pauses: ${sum(/^paused/)}`,
    `worker processes: ${chaos.pasts.length}, leaders: ${terms.length}, calls to Zenodo: ${count('call')}, commits of note: ${count('commit')}`,
    `errors that people requeued or cancelled: ${errors || 'none'}`,
    `drafts of lost answers that the service deleted: ${ending.orphansRemoved}`,
    ...chaos.database.missing.map((what) => `!! ${what}`),
    `${Math.round(seconds)} s, ${findings.length} findings`,
    ...findings.map((finding) => `  FINDING ${finding}`),
  ].join('\n')
}
