import { expect, test } from 'vitest'
import { fileList } from '../../src/cli/file-list.ts'
import type { CopyFile } from '../../src/core/copy.ts'

const file = (path: string, state: CopyFile['state']): CopyFile => ({
  path,
  size: 10,
  checksum: null,
  source: 'https://files.example/x',
  state,
  md5: null,
  bytesDone: 0,
  archive: null,
})

test('of thousands of files those that are still to go come first, and the rest is counted', () => {
  const sent = Array.from({ length: 3000 }, (_, index) => file(`sent-${index}.txt`, 'sent'))
  const text = fileList([...sent, file('last.txt', 'pending')], null)
    .join('\n')
    .split('\n')
  expect(text[0]).toBe('Files (3001):')
  expect(text[2]).toContain('last.txt')
  expect(text).toHaveLength(1 + 1 + 100 + 1)
  expect(text.at(-1)).toBe('… and 2901 more; --json shows all of them.')
})

test('a few files are all shown, in the order of the manifest', () => {
  const text = fileList([file('b.txt', 'sent'), file('a.txt', 'skipped')], null).join('\n')
  expect(text.indexOf('b.txt')).toBeLessThan(text.indexOf('a.txt'))
  expect(text).not.toContain('more;')
})
