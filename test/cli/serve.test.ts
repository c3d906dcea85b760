/** Do `serve` and the commands for tokens do for an operator what they say? */
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manifestOf } from '../db/setup.ts'
import type { ServiceProcess } from '../support/service-process.ts'
import { type Desk, openDesk } from './setup.ts'

describe('the HTTP API as a process', () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
  })
  afterEach(async () => await desk.close())

  async function serving(...more: string[]): Promise<{ readonly service: ServiceProcess; readonly url: string }> {
    const service = desk.start(['serve', '--port', '0', ...more])
    await service.says(/answers at http\S+;/)
    const [, url = ''] = /answers at (http[^;]+);/.exec(service.said().stderr) ?? []
    return { service, url }
  }
  const newToken = async (name: string, role: string) => {
    const { envelope } = await desk.json(['token', 'create', name, '--role', role])
    return envelope.data as { readonly token: string }
  }
  const get = async (url: string, token: string) =>
    (await fetch(`${url}/api/v1/copies`, { headers: { authorization: `Bearer ${token}` } })).status

  it('makes its SQLite tables, says where it answers and that a token is missing, and takes one that is made meanwhile', async () => {
    const { service, url } = await serving()
    await service.says(/There is no token yet/)
    const { token } = await newToken('ops', 'viewer')
    expect(await get(url, token)).toBe(200)
    expect((await desk.run(['token', 'revoke', 'ops'])).code).toBe(0)
    expect(await get(url, token)).toBe(401)
    service.signal('SIGTERM')
    expect(await service.ended()).toBe(0)
    const { stdout, stderr } = service.said()
    expect(stdout).toBe('')
    expect(stderr).not.toContain(token)
    expect(stderr).toMatch(/"path":"\/api\/v1\/copies","caller":"ops","status":200,/)
  })

  it('with a worker of its own also leads, and lets the lease go when it is told to stop', async () => {
    const { service, url } = await serving('--with-worker')
    const { token } = await newToken('ops', 'viewer')
    const leader = async () => {
      const answer = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } })
      return ((await answer.json()) as { readonly leader: unknown }).leader
    }
    await expect.poll(leader, { timeout: 15_000 }).toMatchObject({ expired: false })
    service.signal('SIGTERM')
    expect(await service.ended()).toBe(0)
    expect((await desk.json(['lease', 'show'])).envelope.data).toMatchObject({ lease: { holder: null } })
  })

  it('told to stop, takes no more requests and lets the one end that is under way', async () => {
    const { service, url } = await serving()
    const { token } = await newToken('repository', 'enqueue')
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', expect: '100-continue' }
    const asked = request(`${url}/api/v1/copies`, { method: 'POST', headers })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      asked.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject)
    })
    await new Promise((resolve) => {
      asked.on('continue', resolve).flushHeaders()
    })
    service.signal('SIGTERM')
    await expect
      .poll(() =>
        fetch(`${url}/healthz`).then(
          () => 'answered',
          () => 'closed',
        ),
      )
      .toBe('closed')
    asked.end(JSON.stringify({ manifest: manifestOf({}), types: ['data'] }))
    expect([await answered, await service.ended()]).toEqual([201, 0])
  })

  it('ends with the code for bad configuration when its port is taken', async () => {
    const { url } = await serving()
    const { code, envelope } = await desk.json(['serve', '--port', new URL(url).port])
    expect([code, envelope.error?.code]).toEqual([3, 'config_invalid'])
    expect(envelope.error?.message).toContain('EADDRINUSE')
  })

  it('shows a token once, and never in the list', async () => {
    const { code, stdout, stderr } = await desk.run(['token', 'create', 'dryad', '--role', 'enqueue'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('it is not shown again')])
    expect(stdout).toMatch(/^zrt_[\w-]{43}\n$/)
    const list = await desk.run(['token', 'list'])
    expect(list.stdout).toMatch(/^NAME +ROLE +MADE +REVOKED\ndryad +enqueue +2\S+ by cli:\S+\n$/)
    const { envelope } = await desk.json(['token', 'list'])
    expect(JSON.stringify(envelope)).not.toContain(stdout.trim())
    expect((await desk.run(['token', 'revoke', 'dryad'])).stdout).toBe('The token of dryad is revoked.\n')
  })

  it('makes an address by which a person signs in once', async () => {
    const { url } = await serving()
    const port = { ZENODO_REPLICATOR_SERVER_PORT: new URL(url).port }
    const { code, stdout, stderr } = await desk.run(['sign-in-link', 'jane', '--role', 'curator'], port)
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/link\?key=[\w-]{43}\n$/),
    ])
    expect(stderr).toContain('Signs jane (curator) in, once, within ten minutes.')
    const answer = await fetch(stdout.trim(), { redirect: 'manual' })
    expect(answer.headers.get('location')).toMatch(/^\/sign-in\?link=/)
  })

  it.each([
    [['sign-in-link', 'jane'], /--role: viewer, curator, admin/],
    [['sign-in-link', 'jane', '--role', 'enqueue'], /Accepted are viewer, curator, admin/],
    [['token', 'create', 'dryad'], /--role: enqueue, viewer, curator, admin/],
    [['token', 'create', 'dryad', '--role', 'king'], /Accepted are enqueue, viewer, curator, admin/],
    [['token', 'revoke', 'nobody'], /There is no valid token named "nobody"/],
  ])('%j is refused, with what is accepted', async (args, said) => {
    const { code, stderr } = await desk.run(args)
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)])
  })
})
