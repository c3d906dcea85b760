import { expect, it } from 'vitest'
import type { CopyFile } from '../../../src/core/copy.ts'
import { archivesOf, type Known } from '../../../src/core/packaging/archives.ts'

const md5 = (letter: string) => letter.repeat(32)
const sha256 = (letter: string) => `sha-256:${letter.repeat(64)}`
const member = (path: string, checksum: string | null, changes: Partial<CopyFile> = {}): CopyFile => ({
  path,
  size: 10,
  checksum,
  source: `https://source.example/${path}`,
  state: 'pending',
  md5: null,
  bytesDone: 0,
  archive: 'raw.zip',
  ...changes,
})

/** What the table knows after a copy at this position has brought these files. */
function known(files: readonly CopyFile[], position: number): Known {
  const [archive] = archivesOf(files, { files: [], archives: [], position }, String)
  const { size = 0, archived } = archive ?? {}
  return {
    files: files.map((file, index) => ({ ...file, md5: md5(String(index)), position })),
    archives: [{ name: 'raw.zip', size, contents: archived?.contents ?? '', md5: md5('a'), position }],
    position,
  }
}

const only = (files: readonly CopyFile[], before: Known, position: number) => {
  const [archive, ...others] = archivesOf(files, { ...before, position }, String)
  expect(others).toEqual([])
  return archive
}

const files = [member('raw/a', sha256('a')), member('raw/b', sha256('b'))]

it('an archive with the same members is known in every later version, and so are they', () => {
  const archive = only(files.toReversed(), known(files, 2), 8)
  expect(archive?.md5).toBe(md5('a'))
  expect(archive?.archived?.members.map((file) => [file.path, file.md5])).toEqual([
    ['raw/a', md5('0')],
    ['raw/b', md5('1')],
  ])
})

it.each([
  ['another checksum', [member('raw/a', sha256('a')), member('raw/b', sha256('c'))], true],
  ['another size', [member('raw/a', sha256('a')), member('raw/b', sha256('b'), { size: 11 })], true],
  ['a checksum of another kind', [member('raw/a', sha256('a')), member('raw/b', `sha-1:${'b'.repeat(40)}`)], false],
  ['another name', [member('raw/a', sha256('a')), member('raw/c', sha256('b'))], false],
])('an archive in which a member has %s is not known', (_name, changed, differs) => {
  const archive = only(changed, known(files, 2), 4)
  expect(archive).toMatchObject({ md5: null, archived: { before: { md5: md5('a'), differs } } })
  expect([...(archive?.archived?.before?.starts.keys() ?? [])]).toEqual(['raw/a'])
})

it('without checksums an archive is known in the publish copy of its version only, from the same place', () => {
  const unsure = [member('raw/a', null), member('raw/b', sha256('b'))]
  const before = known(unsure, 2)
  expect(only(unsure, before, 3)?.md5).toBe(md5('a'))
  expect(only(unsure, before, 4)?.md5).toBeNull()
  const presigned = unsure.map((file) => ({ ...file, source: `${file.source}?signature=2` }))
  expect(only(presigned, before, 3)?.md5).toBe(md5('a'))
  const moved = unsure.map((file) => ({ ...file, source: `${file.source}.new` }))
  expect(only(moved, before, 3)?.md5).toBeNull()
})

it('places in an earlier archive are not guessed when not all of its members are known', () => {
  const before = known(files, 2)
  const [first] = before.files
  const changed = [member('raw/a', sha256('a')), member('raw/b', sha256('c'))]
  const archive = only(changed, { ...before, files: first ? [first] : [] }, 4)
  expect(archive?.archived?.before?.starts.size).toBe(0)
})
