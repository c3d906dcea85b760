import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(async () => desk.close())

describe('enqueue --ndjson', () => {
  it('takes a stream of versions, one a line, and says which lines it refused and why', async () => {
    const one = JSON.parse(
      await readFile(await desk.manifest({ software: {}, data: { 'd.csv': '1' }, published: true }), 'utf8'),
    )
    const version = (number: number) => JSON.stringify({ ...one, version: { ...one.version, number } })
    const lines = [
      version(1),
      '{ not json',
      JSON.stringify({ manifest: JSON.parse(version(2)), priority: 3 }),
      version(1),
    ]
    const path = join(desk.folder, 'versions.ndjson')
    await writeFile(path, `${lines.join('\n')}\n`)
    const { code, envelope } = await desk.json(['enqueue', '--ndjson', path])
    expect(code).toBe(1)
    expect(envelope).toMatchObject({
      ok: true,
      data: { lines: 4, accepted: 3, created: 2, existing: 1, replaced: 0, refused: 1 },
    })
    expect(envelope.data?.firstRefused).toMatchObject([{ file: path, line: 2, error: { code: 'manifest_invalid' } }])
    const listed = await desk.json(['list', '--order', 'asc'])
    expect(listed.envelope.data?.copies).toMatchObject([{ priority: 10 }, { priority: 3 }])
  })

  it('refuses a stream of which no line is accepted, and one that is not there, and changes nothing', async () => {
    const path = join(desk.folder, 'nothing.ndjson')
    await writeFile(path, 'one\ntwo\n')
    const { code, envelope } = await desk.json(['enqueue', '--ndjson', path])
    expect([code, envelope.error]).toMatchObject([2, { code: 'manifest_invalid', details: { refused: 2 } }])
    const absent = await desk.json(['enqueue', '--ndjson', path, join(desk.folder, 'absent')])
    expect([absent.code, absent.envelope.error]).toMatchObject([2, { code: 'bad_request' }])
    expect((await desk.json(['list'])).envelope.data?.copies).toEqual([])
  })
})
