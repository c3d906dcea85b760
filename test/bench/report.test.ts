import { describe, expect, it } from 'vitest'
import { ratiosOf, spreadOf, type TableResult, tableText } from './report.ts'

const row = (name: string, rates: readonly number[], beside: string | null = null) => ({
  name,
  beside,
  skipped: null,
  rounds: rates.map((rate) => ({ rate })),
})

describe('the report of a benchmark', () => {
  it('gives the middle of an odd and of an even number of rounds', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ count: 3, median: 2, min: 1, max: 3 })
    expect(spreadOf([4, 1, 2, 3])).toEqual({ count: 4, median: 2.5, min: 1, max: 4 })
    expect(spreadOf([])).toBeNull()
  })

  it('compares values of the same round, so that a machine that was slow for a while does not count', () => {
    expect(ratiosOf(row('a', [2, 20, 200]), row('b', [1, 10, 100]), 'rate')).toEqual([2, 2, 2])
  })

  it('leaves out a round in which either failed, and says so', () => {
    const a = { ...row('a', []), beside: 'b', rounds: [{ rate: 2 }, { failed: 'cut off' }, { rate: 6 }] }
    const b = row('b', [1, 1, 3])
    expect(ratiosOf(a, b, 'rate')).toEqual([2, 2])
    const table: TableResult = {
      name: 't',
      title: 'T',
      columns: [{ key: 'rate', head: 'per s', digits: 0, ratioHead: '× b' }],
      goals: [],
      rows: [a, b, { ...row('c', []), skipped: 'c is not installed' }],
    }
    const text = tableText(table)
    expect(text).toMatch(/\| a +\| 4 \(2–6\) \| 2\.00 \(2\.00–2\.00\) \|/)
    expect(text).toContain('* a: 1 of 3 rounds failed and are left out: cut off')
    expect(text).toContain('* c: skipped, c is not installed.')
  })
})
