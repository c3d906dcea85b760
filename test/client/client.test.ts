/** Does a program that uses the client get what the service says, also when the way between them breaks? */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ApiError, type Client, createClient, type LiveEvent } from '../../src/client/index.ts'
import { type Bench, manifestOf } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import type { Loaded } from '../support/list-loaded.ts'
import { relay } from '../support/relay.ts'

it('is loaded without a server and without a database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-client-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const env = { ...process.env, LOADED_TO: join(folder, 'loaded.json') }
  const code = `await import('${new URL('../../src/client/index.ts', import.meta.url)}')`
  const listing = new URL('../support/list-loaded.ts', import.meta.url).href
  await promisify(execFile)(process.execPath, ['--import', listing, '--input-type=module', '--eval', code], { env })
  const { addresses } = JSON.parse(await readFile(env.LOADED_TO, 'utf8')) as Loaded
  const rooms = new Set(addresses.flatMap((address) => /\/(?:src|node_modules)\/([^/]+)/.exec(address)?.[1] ?? []))
  expect([...rooms].toSorted()).toEqual([
    'client',
    'core',
    'http',
    'is-network-error',
    'p-retry',
    'spdx-license-ids',
    'zod',
  ])
})

describe('the client', () => {
  let bench: Bench
  let api: Api
  let way: Server
  let client: Client
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  beforeEach(async () => {
    ;({ bench, api } = await openApi('sqlite'))
    way = relay({ host: '127.0.0.1', port: Number(new URL(api.url).port) })
    way.on('connection', (socket: Socket) => sockets.add(socket))
    await once(way.listen(0, '127.0.0.1'), 'listening')
    const token = await api.tokenOf('admin')
    client = createClient({ url: `http://127.0.0.1:${(way.address() as AddressInfo).port}/`, token: async () => token })
  })
  afterEach(async () => {
    cut()
    way.close()
    await api.close()
    await bench.drop()
  })
  const manifest = (n: number) => manifestOf({ doi: `10.5061/dryad.${n}` })

  it('brings versions in, finds them, and moves them on', async () => {
    const { copies, created } = await client.enqueue({ body: { manifest: manifest(1), types: ['data'] } })
    expect([created, copies[0]?.state]).toEqual([1, 'enqueued'])
    const id = copies[0]!.id
    expect(await client.getCopy({ params: { id } })).toEqual(copies[0])
    expect((await client.getDataset({ params: { '*': '10.5061/dryad.1' } })).chains).toHaveLength(1)
    const seen = await client.call('getCopy', { params: { id } })
    const headers = { 'if-match': seen.headers.get('etag')! }
    expect((await client.deferCopy({ params: { id }, body: { reason: 'later' }, headers })).state).toBe('deferred')
    await expect(client.resumeCopy({ params: { id }, headers })).rejects.toMatchObject({
      status: 412,
      code: 'copy_changed',
    })
    expect(await client.pause()).toMatchObject({ pause: { by: 'api:the admin' } })
    expect((await client.getStatus()).pause?.name).toBe('pause')
    expect(await client.unpause()).toEqual({ pause: null })
  })

  it('reads a list to its end, whatever its length, and sends any number of versions', async () => {
    async function* versions() {
      for (let n = 1; n <= 7; n++) yield { manifest: manifest(n), types: ['data'] }
      yield { manifest: 'none' }
    }
    expect(await client.enqueueLines(versions())).toMatchObject({ lines: 8, accepted: 7, refused: 1, created: 7 })
    const ids: number[] = []
    for await (const { id } of client.listAll({ state: ['enqueued'], limit: 3, order: 'asc' })) ids.push(id)
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7])
    const csv = await new Response(await client.exportCopies({ query: { format: 'csv', type: ['data'] } })).text()
    expect(csv.trim().split('\n')).toHaveLength(8)
  })

  it('tells refusals with their code, what can be done, and each field', async () => {
    const refused = await client.enqueue({ body: { manifest: {} as never } }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(refused).toMatchObject({ status: 422, code: 'manifest_invalid', requestId: expect.stringMatching(/-/) })
    expect((refused as ApiError).details.problems).toContainEqual(
      expect.objectContaining({ path: '$.manifest.schema' }),
    )
    await expect(client.getCopy({ params: { id: 99 } })).rejects.toThrow('There is no copy 99.')
  })

  it('repeats what may be repeated, and says when there is nobody', async () => {
    way.prependOnceListener('connection', (socket: Socket) => socket.destroy())
    const body = { manifest: manifest(1), types: ['data' as const] }
    expect((await client.enqueue({ body })).copies).toHaveLength(1)
    way.prependOnceListener('connection', (socket: Socket) => socket.destroy())
    cut()
    await expect(client.cancelCopy({ params: { id: 1 } })).rejects.toMatchObject({ status: 0, code: 'unreachable' })
    const { port } = way.address() as AddressInfo
    cut()
    way.close()
    const nobody = createClient({ url: `http://127.0.0.1:${port}`, token: 'x', retries: 0 })
    await expect(nobody.whoAmI()).rejects.toThrow(
      `The service at http://127.0.0.1:${port} cannot be reached: ECONNREFUSED.`,
    )
    const stop = AbortSignal.abort(new Error('stopped'))
    await expect(client.whoAmI({}, { signal: stop })).rejects.toThrow('stopped')
  })

  it('hears each event once, over connections that break, until it is stopped', async () => {
    const stop = new AbortController()
    const events = client.events({ event: ['copy', 'service'] }, { signal: stop.signal })
    const next = async () => (await events.next()).value as LiveEvent
    expect((await next()).event).toBe('service')
    const heard: unknown[] = []
    for (let n = 1; n <= 3; n++) {
      await bench.add({ doi: `10.5061/dryad.${n}` })
      for (let told = await next(); ; told = await next()) {
        if (told.event !== 'copy') continue
        heard.push(told.data.dataset)
        break
      }
      cut()
    }
    expect(heard).toEqual(['10.5061/dryad.1', '10.5061/dryad.2', '10.5061/dryad.3'])
    stop.abort()
    expect((await events.next()).done).toBe(true)
  }, 60_000)

  it('hears no more with a token that was revoked, and is told so', async () => {
    const events = createClient({ url: api.url, token: await api.tokenOf('viewer') }).events()
    expect((await events.next()).value).toMatchObject({ event: 'service' })
    await bench.owner.db.knex('tokens').where('role', 'viewer').update({ revoked_at: '2026-11-01', revoked_by: 'x' })
    await expect(events.next()).rejects.toMatchObject({ code: 'token_required' })
  })
})
