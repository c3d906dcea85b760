import { describe, expect, it } from 'vitest'
import { table } from '../../src/cli/table.ts'

const link = 'http://127.0.0.1:46327/records/20000006'

describe('a table', () => {
  it('cuts long words at the edge of the terminal, but never a link', () => {
    const rows = [
      ['1', link],
      ['2', `source_missing: ${'long '.repeat(40)}`],
    ]
    const lines = table(['ID', 'REMARK'], rows, 30).split('\n')
    expect(lines[1]).toBe(`1   ${link}`)
    expect(lines[2]?.length).toBe(4 + link.length)
    expect(lines[2]).toMatch(/…$/)
  })

  it('cuts nothing in a pipe', () => {
    const words = 'word '.repeat(60).trim()
    expect(table(['ID', 'REMARK'], [['1', words]], null)).toContain(words)
  })
})
