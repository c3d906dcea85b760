import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(async () => desk.close())

describe('send', () => {
  it('enqueues and brings the copies to Zenodo, with a line for each step and the links at the end', async () => {
    const { code, stdout, stderr } = await desk.run(['send', await desk.manifest(), '--publish'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/copy 1, software of version 1 of 10.5555\/cli: upload done in /)
    expect(stdout).toMatch(/^2 +finished +software_publish .*\/records\/\d+$/m)
  })

  it('takes the earlier copies along that its own have to wait for', async () => {
    await desk.run(['enqueue', await desk.manifest({ published: true })])
    const { code, envelope } = await desk.json(['send', await desk.manifest({ version: 2, name: 'v2.json' })])
    expect(code).toBe(0)
    expect(envelope.data?.copies).toMatchObject([{ id: 3, state: 'finished' }])
    const { envelope: all } = await desk.json(['list', '--state', 'finished'])
    expect(all.data?.copies).toHaveLength(3)
  })

  it('packs files in folders, and show tells which file is in which archive', async () => {
    await desk.run(['send', await desk.manifest({ software: { 'main.R': 'main', 'lib/a.R': 'a', 'lib/b.R': 'b' } })])
    const { stdout } = await desk.run(['show', '1'])
    expect(stdout).toContain('packed     2 of 3 files, in lib.zip')
    expect(stdout).toMatch(/^ *sent +4 B +\w{32} +main\.R$/m)
    expect(stdout).toMatch(/^ *sent +1 B +\w{32} +lib\.zip +lib\/a\.R$/m)
    const { envelope } = await desk.json(['show', '1'])
    expect(envelope.data?.files).toMatchObject([{ archive: null }, { archive: 'lib.zip' }, { archive: 'lib.zip' }])
  })

  it('leaves other datasets alone', async () => {
    await desk.run(['enqueue', await desk.manifest({ doi: '10.5555/other', name: 'other.json' })])
    await desk.run(['send', await desk.manifest()])
    const { envelope } = await desk.json(['list', '--dataset', '10.5555/other'])
    expect(envelope.data?.copies).toMatchObject([{ state: 'enqueued' }])
  })

  it('ends with 1 when a copy ends in error, and with the hint', async () => {
    const { code, envelope } = await desk.json(['send', await desk.manifest({ absent: ['analysis.R'] })])
    expect(code).toBe(1)
    expect(envelope).toMatchObject({
      ok: true,
      data: { copies: [{ state: 'error', error: { code: 'source_missing' } }] },
    })
  })

  it('tries a failed copy again when its manifest is sent again', async () => {
    const software = { 'a.R': 'one', 'b.R': 'two' }
    expect((await desk.run(['send', await desk.manifest({ software, absent: ['b.R'] })])).code).toBe(1)
    const { code, envelope } = await desk.json(['send', await desk.manifest({ software })])
    expect([code, envelope.data?.copies?.[0]?.state]).toEqual([0, 'finished'])
  })

  it('ends with 1 when an earlier copy is in error, and names that one', async () => {
    await desk.run(['send', await desk.manifest({ absent: ['analysis.R'] })])
    const { code, stderr } = await desk.run(['send', await desk.manifest({ version: 2, name: 'v2.json' })])
    expect(code).toBe(1)
    expect(stderr).toContain('Copy 2 waits for copy 1; see `zenodo-replicator show 1`.')
  })

  it('watches while the worker that leads does the work', async () => {
    const worker = desk.start(['worker'])
    await worker.says(/worker ready/)
    const { code, stderr, stdout } = await desk.run(['send', await desk.manifest()])
    expect(code).toBe(0)
    expect(stderr).toContain('this command watches until it is done')
    expect(stdout).toMatch(/^1 +finished/m)
    worker.signal('SIGTERM')
    await worker.ended()
    expect(worker.said().stderr).toContain('copy finished')
  })

  it('stops in order on Ctrl-C, with 130, and the copies keep their place', async () => {
    const faults = `${desk.emulator.url}/_emulator/faults`
    const slow = { match: { path: '/api/deposit' }, times: 0, delayMs: 60_000 }
    await fetch(faults, { method: 'POST', body: JSON.stringify(slow), headers: { 'content-type': 'application/json' } })
    const sending = desk.start(['send', await desk.manifest(), '--json'])
    await expect
      .poll(async () => (await desk.json(['list'])).envelope.data?.copies?.[0]?.state, { timeout: 15_000 })
      .toBe('replicating')
    sending.signal('SIGINT')
    expect(await sending.ended()).toBe(130)
    expect(JSON.parse(sending.said().stdout)).toMatchObject({
      data: { stopped: true, copies: [{ state: 'enqueued' }] },
    })
  })
})
