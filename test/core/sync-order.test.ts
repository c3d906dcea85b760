import { describe, expect, it } from 'vitest'
import type { CopyFile, RemoteFile } from '../../src/core/copy.ts'
import { syncOrder } from '../../src/core/sync-order.ts'

const file = (path: string, md5: string, size = 1): CopyFile & { readonly md5: string } => ({
  path,
  size,
  md5,
  checksum: null,
  source: '',
  state: 'pending',
  bytesDone: 0,
  archive: null,
})
const remote = (name: string, md5: string, size = 1): RemoteFile => ({ id: name, name, md5, size })
const roomy = { filesPerRecord: 100, bytesPerRecord: 100 }

const told = (
  changes: { upload?: CopyFile[]; remove?: RemoteFile[]; keep?: Array<CopyFile & { md5: string }> },
  { limits = roomy, md5Of = (one: CopyFile) => one.md5 } = {},
) => {
  const order = syncOrder({ upload: [], remove: [], keep: [], examine: [], ...changes }, md5Of, limits)
  return {
    readFirst: order.readFirst.map((one) => one.path),
    removeFirst: order.removeFirst.map((one) => one.name),
    upload: order.upload.map((one) => `${one.file.path} < ${one.heldAs?.name ?? 'source'}`),
    removeLast: order.removeLast.map((one) => one.name),
  }
}

describe('the order of changes to the files of a deposition', () => {
  it('sends large files first, and files of one size as the manifest has them', () => {
    const upload = [file('b', 'b', 1), file('large', 'l', 9), file('a', 'a', 1), file('medium', 'm', 5)]
    expect(told({ upload }).upload.map((text) => text.split(' ')[0])).toEqual(['large', 'medium', 'b', 'a'])
  })

  it('removes what nobody needs first, and what has the bytes of a new name last', () => {
    const changes = {
      upload: [file('new', 'aa'), file('other', 'cc')],
      remove: [remote('old', 'aa'), remote('gone', 'bb')],
    }
    expect(told(changes)).toEqual({
      readFirst: [],
      removeFirst: ['gone'],
      upload: ['new < old', 'other < source'],
      removeLast: ['old'],
    })
  })

  it('finds the bytes in a file that stays', () => {
    const changes = { upload: [file('copy', 'aa')], keep: [file('there', 'aa')] }
    expect(told(changes).upload).toEqual(['copy < there'])
  })

  it('keeps a file of the same size until the end when nothing tells what the new one holds', () => {
    const changes = { upload: [file('new', 'aa')], remove: [remote('old', 'aa'), remote('longer', 'aa', 2)] }
    expect(told(changes, { md5Of: () => null as unknown as string })).toMatchObject({
      upload: ['new < source'],
      removeFirst: ['longer'],
      removeLast: ['old'],
    })
  })

  it.each([
    ['files', { filesPerRecord: 1, bytesPerRecord: 100 }],
    ['bytes', { filesPerRecord: 100, bytesPerRecord: 2 }],
  ])('reads the source before the old name makes room, when both would be too many %s', (_name, limits) => {
    const changes = { upload: [file('new', 'aa')], remove: [remote('old', 'aa')] }
    expect(told(changes, { limits })).toMatchObject({ readFirst: ['new'], removeFirst: ['old'], removeLast: [] })
  })
})
