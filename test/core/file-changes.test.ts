import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CopyFile, RemoteFile } from '../../src/core/copy.ts'
import { fileChanges, isUnchanged } from '../../src/core/file-changes.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const file = (path: string, content: string, over: Partial<CopyFile> = {}): CopyFile => ({
  path,
  size: content.length,
  checksum: `md5:${md5(content)}`,
  source: 'file:x',
  state: 'pending',
  md5: null,
  bytesDone: 0,
  archive: null,
  ...over,
})
const remote = (name: string, content: string): RemoteFile => ({
  id: name,
  name,
  size: content.length,
  md5: md5(content),
})
const compare = (files: CopyFile[], there: RemoteFile[], earlier: Parameters<typeof fileChanges>[0]['earlier'] = []) =>
  fileChanges({ files, earlier, position: 4 }, there)

const contents = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ minLength: 1, maxLength: 8 }), {
  maxKeys: 8,
})

describe('the difference between a version and a deposition', () => {
  it('applied to the deposition, gives exactly the version, and then nothing differs', () => {
    fc.assert(
      fc.property(contents, contents, (wanted, there) => {
        const files = Object.entries(wanted).map(([path, content]) => file(path, content))
        const changes = compare(
          files,
          Object.entries(there).map(([name, content]) => remote(name, content)),
        )
        const after = new Map(Object.entries(there))
        for (const { name } of changes.remove) after.delete(name)
        for (const { path } of changes.upload) after.set(path, wanted[path] ?? '')
        expect(Object.fromEntries(after)).toEqual(wanted)
        expect(
          isUnchanged(
            compare(
              files,
              [...after].map(([name, content]) => remote(name, content)),
            ),
          ),
        ).toBe(true)
      }),
    )
  })

  it('71: sends nothing that is there with the right checksum', () => {
    const changes = compare([file('a', 'one'), file('b', 'two')], [remote('a', 'one')])
    expect(changes.upload.map((one) => one.path)).toEqual(['b'])
    expect(changes.keep.map((one) => one.path)).toEqual(['a'])
  })

  it('56: does not want empty files, and does not miss them', () => {
    expect(isUnchanged(compare([file('empty.txt', '')], []))).toBe(true)
  })

  it('17: a renamed file is a new file and an old one to remove', () => {
    const changes = compare([file('new.csv', 'x')], [remote('old.csv', 'x')])
    expect([changes.upload.length, changes.remove.map((one) => one.name)]).toEqual([1, ['old.csv']])
  })

  it('knows a sha-256 file by what an earlier copy sent under the same checksum', () => {
    const wanted = file('a', 'one', { checksum: 'sha-256:aa' })
    const earlier = [{ path: 'a', size: 3, checksum: 'sha-256:aa', md5: md5('one'), position: 2 }]
    expect(isUnchanged(compare([wanted], [remote('a', 'one')], earlier))).toBe(true)
  })

  it('does not trust name and size alone: without a checksum the source must be read, unless its own version sent it', () => {
    const wanted = file('a', 'one', { checksum: null })
    const earlier = { path: 'a', size: 3, checksum: null, md5: md5('one') }
    expect(compare([wanted], [remote('a', 'one')], [{ ...earlier, position: 2 }]).examine).toHaveLength(1)
    const publish = fileChanges({ files: [wanted], earlier: [{ ...earlier, position: 4 }], position: 5 }, [
      remote('a', 'one'),
    ])
    expect(isUnchanged(publish)).toBe(true)
  })
})
