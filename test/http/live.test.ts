/** Does who listens hear all that happens, once, whatever happens in between? */
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, createBench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { relay } from '../support/relay.ts'
import { type Ear, listenTo } from './listening.ts'
import { type Api, openApi, serveOn } from './setup.ts'

describe.each(databases)('listening to what happens on %s', (kind) => {
  let bench: Bench
  let api: Api
  const ears: Ear[] = []
  beforeEach(async () => {
    ;({ bench, api } = await openApi(kind))
  })
  afterEach(async () => {
    for (const ear of ears.splice(0)) await ear.close()
    await api.close()
    await bench.drop()
  })
  const listen = async (options: Parameters<typeof listenTo>[1] = {}, to = api) => {
    const ear = await listenTo(to, options)
    ears.push(ear)
    return ear
  }
  const write = (knex: Bench['db']['knex'], copyId: number, kind: string, data = '{}') =>
    knex('zenodo_copy_events').insert({ copy_id: copyId, kind, actor: 'x', data, at: knex.raw(bench.db.dialect.now) })

  it('tells what happens to copies, what they are busy with, and what holds them up', async () => {
    const ear = await listen()
    expect(await ear.next('hello')).toEqual({ heartbeatSeconds: 15, resumed: false })
    expect(await ear.next('service')).toEqual({ pause: null, breaker: null, leader: null })
    const id = await bench.add({ doi: '10.5061/dryad.a' })
    expect(await ear.next('copy')).toMatchObject({
      copyId: id,
      kind: 'enqueued',
      dataset: '10.5061/dryad.a',
      type: 'data',
    })
    const proof = await bench.lead()
    await bench.claim(proof)
    expect(await ear.next('copy')).toMatchObject({ copyId: id, kind: 'claimed' })
    await bench.store.work.heartbeat(proof, [{ copyId: id, bytesDone: 2, filesDone: 0 }])
    const { copies } = await ear.next('progress', (data) => data.copies[0]?.bytesDone === 2)
    expect(copies).toEqual([expect.objectContaining({ copyId: id, bytesTotal: 3, filesTotal: 1, type: 'data' })])
    await api.call('/pause', { method: 'PUT', body: { reason: 'storage' } })
    const { pause, leader } = await ear.next('service', (data) => data.pause !== null)
    expect([pause.reason, leader]).toEqual([
      'storage',
      { holder: 'a', host: 'host-a', term: proof.term, expired: false },
    ])
    const late = await listen()
    expect(await late.next('service')).toMatchObject({ pause: { reason: 'storage' } })
    expect(await late.next('progress')).toEqual({ copies })
  })

  it('is not begun for who asks for the head only, and would never end it', async () => {
    const authorization = `Bearer ${await api.tokenOf('viewer')}`
    const { status } = await fetch(`${api.url}/api/v1/events`, { method: 'HEAD', headers: { authorization } })
    expect(status).toBe(404)
  })

  it('tells only what was asked for', async () => {
    const ids = [await bench.add({ doi: '10.5061/dryad.a' }), await bench.add({ doi: '10.5061/dryad.b' })]
    const byCopy = await listen({ query: `?copy=${ids[1]}` })
    const byDataset = await listen({ query: '?dataset=https://doi.org/10.5061/DRYAD.B&event=copy' })
    const byKind = await listen({ query: '?kind=defer,cancel' })
    for (const ear of [byCopy, byDataset, byKind]) await ear.next('hello')
    await api.call('/requeues', { method: 'POST', body: { ids, state: ['enqueued'] } })
    await api.call(`/copies/${ids[1]}/cancellations`, { method: 'POST' })
    const cancelled = { copyId: ids[1], kind: 'cancel' }
    for (const ear of [byCopy, byDataset, byKind]) {
      expect(await ear.next('copy', ({ kind }) => kind === 'cancel')).toMatchObject(cancelled)
      expect(ear.heard.filter(({ name, data }) => name === 'copy' && data.copyId !== ids[1])).toEqual([])
    }
    expect(byKind.heard.filter(({ name }) => name === 'copy')).toHaveLength(1)
    expect(byDataset.heard.filter(({ name }) => name === 'service')).toEqual([])
    const { status, body } = await api.call('/events?copy=x')
    expect([status, body.problems[0].path]).toEqual([400, 'query.copy[0]'])
  })

  it('loses no event that is committed after a later one, to those who stay and to those who come back', async () => {
    const id = await bench.add()
    const [stays, leaves] = [await listen(), await listen()]
    for (const ear of [stays, leaves]) await ear.next('hello')
    const slow = await bench.owner.db.knex.transaction()
    await write(slow, id, 'first')
    // in SQLite, which has one writer, it waits for the first
    const second = bench.owner.db === bench.db ? null : write(bench.db.knex, id, 'second')
    await second
    if (second !== null) {
      await stays.next('copy', ({ kind }) => kind === 'second')
      await leaves.next('copy', ({ kind }) => kind === 'second')
      await leaves.close()
    }
    await slow.commit()
    if (second === null) await write(bench.db.knex, id, 'second')
    const back = await listen({ lastId: leaves.lastId() })
    await write(bench.db.knex, id, 'third')
    for (const ear of [stays, back]) await ear.next('copy', ({ kind }) => kind === 'third')
    const kinds = (ear: Ear) => ear.heard.filter(({ name }) => name === 'copy').map(({ data }) => data.kind)
    expect(kinds(stays).toSorted()).toEqual(['first', 'second', 'third'])
    expect([...kinds(leaves), ...kinds(back)].toSorted()).toEqual(['first', 'second', 'third'])
  })

  it('goes on after a restart of the service where each one was, and says so when it cannot', async () => {
    const id = await bench.add()
    const token = await api.tokenOf('viewer')
    const ear = await listen()
    await ear.next('hello')
    await write(bench.db.knex, id, 'before')
    await ear.next('copy', ({ kind }) => kind === 'before')
    const [ended] = await Promise.all([ear.next('end'), api.close()])
    expect(ended.reason).toBe('stopping')
    await write(bench.db.knex, id, 'between')
    api = await serveOn(bench.url, { tokens: false })
    const back = await listen({ token, lastId: ear.lastId() })
    expect(await back.next('copy')).toMatchObject({ kind: 'between' })
    expect(back.heard.map(({ name }) => name)).toEqual(['hello', 'copy'])
    await bench.owner.db.knex('zenodo_copy_events').where('id', '<=', ear.lastId()).del()
    for (const lastId of [ear.lastId(), '999999', 'made up', '5.1-']) {
      const lost = await listen({ token, lastId })
      expect([await lost.next('hello'), await lost.next('reset')]).toMatchObject([
        { resumed: false },
        { message: /Load anew/ },
      ])
      await write(bench.db.knex, id, 'after')
      expect(await lost.next('copy')).toMatchObject({ kind: 'after' })
      await lost.close()
    }
  })

  it('ends for a token that is revoked', async () => {
    const ear = await listen({ token: await api.tokenOf('enqueue') })
    await ear.next('hello')
    await bench.owner.db.knex('tokens').where('role', 'enqueue').update({ revoked_at: '2026-11-01', revoked_by: 'x' })
    expect((await ear.rest()).at(-1)).toMatchObject({ name: 'end', data: { reason: 'refused' } })
    expect((await api.call('/events', { token: null })).status).toBe(401)
  }, 20_000)

  it('cuts who does not read, says so, and lets them go on', async () => {
    const id = await bench.add()
    const { hostname, port } = new URL(api.url)
    const socket = connect(Number(port), hostname)
    const token = await api.tokenOf('viewer')
    const reads = await listen({ query: '?kind=n199,last' })
    await reads.next('hello')
    socket.write(`GET /api/v1/events?event=copy HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
    let text = await new Promise<string>((resolve) => socket.setEncoding('utf8').once('data', resolve))
    socket.pause()
    const readAll = reads.next('copy', ({ kind }) => kind === 'n199')
    for (let n = 0; n < 200; n++) await write(bench.db.knex, id, `n${n}`, JSON.stringify({ text: 'x'.repeat(90_000) }))
    await readAll
    await write(bench.db.knex, id, 'last')
    await reads.next('copy', ({ kind }) => kind === 'last')
    for await (const part of socket) {
      text += part
      if (text.includes('event: end')) break
    }
    expect(text).toContain('"reason":"slow"')
    const told = [...text.matchAll(/"kind":"(n\d+)"/g)].map(([, kind]) => kind)
    expect(told.length).toBeLessThan(200)
    const back = await listen({ lastId: [...text.matchAll(/^id: (\S+)$/gm)].at(-1)![1]! })
    await back.next('copy', ({ kind }) => kind === 'last')
    const all = [...told, ...back.heard.filter(({ name }) => name === 'copy').map(({ data }) => data.kind)]
    expect(new Set(all).size).toBe(201)
  }, 60_000)
})

const mariadb = databases.filter((kind) => kind === 'mariadb')
describe.each(mariadb)('a %s that goes away while somebody listens', (kind) => {
  it('is told, and what happened meanwhile as well when it is back', async () => {
    const bench = await createBench(kind)
    const id = await bench.add()
    const url = new URL(bench.url)
    const way = relay({ host: url.hostname, port: Number(url.port) })
    await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
    const { port } = way.address() as AddressInfo
    const sockets = new Set<{ destroy(): unknown }>()
    way.on('connection', (socket) => sockets.add(socket))
    Object.assign(url, { hostname: '127.0.0.1', port: String(port) })
    const api = await serveOn(url.href, { tokens: true })
    const ear = await listenTo(api)
    await ear.next('service')
    way.close()
    for (const socket of sockets) socket.destroy()
    expect(await ear.next('database')).toEqual({ reachable: false })
    await bench.db
      .knex('zenodo_copy_events')
      .insert({ copy_id: id, kind: 'away', actor: 'x', data: '{}', at: '2026-11-01' })
    await new Promise<void>((resolve) => way.listen(port, '127.0.0.1', resolve))
    expect(await ear.next('database')).toEqual({ reachable: true })
    expect(await ear.next('copy')).toMatchObject({ kind: 'away' })
    await ear.close()
    await api.close()
    way.close()
    await bench.drop()
  }, 30_000)
})
