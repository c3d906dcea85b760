import { describe, expect, it } from 'vitest'
import { type Goal, goalsText, judge } from './goals.ts'

const row = (name: string, rates: readonly number[], skipped: string | null = null) => ({
  name,
  beside: null,
  skipped,
  rounds: rates.map((rate) => ({ rate })),
})

const goal: Goal = { name: 'ours × theirs', row: 'ours', column: 'rate', beside: 'theirs', bound: 'at least', value: 2 }

const judged = (rows: ReadonlyArray<ReturnType<typeof row>>, goals: readonly Goal[] = [goal]) =>
  judge({ name: 't', title: 'T', columns: [], rows, goals })

describe('the goals of a benchmark', () => {
  it('are judged by the median of the ratios of each round', () => {
    const [reached] = judged([row('ours', [20, 3, 200]), row('theirs', [10, 1, 100])])
    expect(reached).toMatchObject({ reached: true, measured: { median: 2, min: 2, max: 3 } })
    const text = goalsText(judged([row('ours', [15, 3, 150]), row('theirs', [10, 1, 100])]))
    expect(text).toMatch(/\| ours × theirs \(t\) +\| +≥ 2 × \| +1\.50 \(1\.50–3\.00\) × \| +missed by 25 % \|/)
  })

  it('may be something to stay below, and a plain number', () => {
    const below: Goal = { ...goal, name: 'memory', beside: null, bound: 'at most', value: 150, unit: 'MiB' }
    expect(goalsText(judged([row('ours', [150])], [below]))).toMatch(/\| +≤ 150 MiB \| +150 MiB \| +reached \|/)
    expect(goalsText(judged([row('ours', [156])], [below]))).toMatch(/156 MiB \| +missed by 4\.0 % \|/)
  })

  it('are neither reached nor missed when one of both rows did not run', () => {
    const results = judged([row('ours', [2]), row('theirs', [], 'it is not installed')])
    expect(results).toMatchObject([{ reached: false, measured: null }])
    expect(goalsText(results)).toContain('not measured: theirs is skipped')
  })
})
