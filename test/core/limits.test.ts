import { expect, it } from 'vitest'
import type { Failure } from '../../src/core/failure.ts'
import { requireWithinLimits } from '../../src/core/limits.ts'

const limits = { filesPerRecord: 3, bytesPerFile: 60, bytesPerRecord: 100 }
const refusalOf = (...files: ReadonlyArray<readonly [string, number]>): Failure | null => {
  try {
    requireWithinLimits(
      files.map(([path, size]) => ({ path, size })),
      limits,
    )
    return null
  } catch (error) {
    return error as Failure
  }
}

it('a record that is filled to its limits passes, and empty files count for nothing', () => {
  expect(refusalOf(['a', 60], ['b', 38], ['c', 1], ['empty', 0], ['in/a/folder', 0])).toBeNull()
})

it.each([
  [
    'too_many_files',
    '4 files',
    '3 (limits.filesPerRecord)',
    [
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 1],
    ],
  ],
  [
    'file_too_large',
    '"b" has 61 bytes',
    '60 (limits.bytesPerFile)',
    [
      ['a', 1],
      ['b', 61],
    ],
  ],
  [
    'too_many_bytes',
    '100 bytes',
    'below 100 (limits.bytesPerRecord)',
    [
      ['a', 50],
      ['b', 50],
    ],
  ],
  [
    'name_not_accepted',
    '"raw/b.csv"',
    'no folders',
    [
      ['a', 1],
      ['raw/b.csv', 1],
    ],
  ],
  ['name_not_accepted', `"${'n'.repeat(60)}…"`, '256 characters, and 255', [['n'.repeat(256), 1]]],
] as const)('73: %s is refused before the first request: %s, accepted is %s', (code, found, accepted, files) => {
  const refusal = refusalOf(...files)
  expect(refusal).toMatchObject({ code, next: 'stop' })
  expect(refusal?.message).toContain(found)
  expect(refusal?.message).toContain(accepted)
  expect(refusal?.hint).not.toBe('')
})
