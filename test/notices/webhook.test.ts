/** What counts as a yes, what as a no, and what can a receiver do to the one that sends? Each kind of receiver, over real sockets. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import type { Failure } from '../../src/core/failure.ts'
import { createWebhookSender, type WebhookSettings } from '../../src/notices/webhook.ts'
import { createAddressGuard } from '../../src/transfer/address-guard.ts'
import { secret } from '../support/receiver.ts'

const older = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
const message = { key: 'msg_1', kind: 'test', createdAt: '2026-11-24T12:00:00.000Z', payload: { note: 'ä' } }
const never = new AbortController().signal

describe('a message that is posted', () => {
  let server: Server | null = null
  const hold = new Set<Socket>()
  afterEach(async () => {
    for (const socket of hold) socket.destroy()
    server?.closeAllConnections()
    server?.close()
    server = null
  })

  const listen = async (how: RequestListener) => {
    const listening = createServer(how)
    listening.on('connection', (socket) => hold.add(socket))
    server = listening
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/hooks/s3cret-path`
  }
  const send = async (url: string, more: Partial<WebhookSettings> = {}, signal = never) => {
    const sender = createWebhookSender({ url, secrets: () => secret, timeoutMs: 400, userAgent: 'us', guard: null, ...more }) // biome-ignore format: one thought
    try {
      return await sender.send(message, signal)
    } finally {
      await sender.close()
    }
  }
  const failureOf = async (how: RequestListener): Promise<Failure> => {
    const attempt = await send(await listen(how))
    if (attempt.kind !== 'failed') throw new Error('it was taken')
    expect(attempt.failure.message).not.toContain('s3cret-path')
    return attempt.failure
  }

  it('is signed with both secrets while they are renewed, so that either verifies it', async () => {
    const seen: unknown[] = []
    const url = await listen(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const headers = request.headers as Record<string, string>
      seen.push(...[secret, older].map((one) => new Webhook(one).verify(body, headers)))
      response.end()
    })
    expect(await send(url, { secrets: () => `${secret}\n${older}` })).toEqual({ kind: 'delivered', status: 200 })
    const body = { type: 'test', timestamp: message.createdAt, data: { note: 'ä' } }
    expect(seen).toEqual([body, body])
  })

  it.each([
    [
      'a body that never ends',
      (_: unknown, response: NodeJS.WritableStream) => void response.write('x'.repeat(70_000)),
    ],
    ['a body that breaks off', (_: unknown, response: NodeJS.WritableStream & { destroy(): void }) => void response.write('x', () => setTimeout(() => response.destroy(), 5))], // biome-ignore format: one thought
  ] as const)('is delivered with a 2xx, whatever becomes of %s', async (_what, how) => {
    const url = await listen(how as RequestListener)
    expect(await send(url)).toEqual({ kind: 'delivered', status: 200 })
  })

  it('is not sent after a redirect', async () => {
    const asked: string[] = []
    const failure = await failureOf((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect(failure).toMatchObject({ code: 'message_refused', message: expect.stringMatching(/307, a redirect/) })
    expect(asked).toHaveLength(1)
  })

  it('is kept from a receiver that wants no more, and is put off as one that is overloaded wishes', async () => {
    expect(await failureOf((_, response) => response.writeHead(410).end())).toMatchObject({ code: 'receiver_gone' })
    const busy = (wish: string) => failureOf((_, response) => response.writeHead(429, { 'retry-after': wish }).end())
    expect(await busy('120')).toMatchObject({ code: 'receiver_unavailable', retryAfterMs: 120_000 })
    expect(await busy('Fri, 01 Jan 3000 00:00:00 GMT')).toMatchObject({ retryAfterMs: 24 * 3_600_000 })
    expect(await busy('soon')).toMatchObject({ retryAfterMs: null })
  })

  it('tells the beginning of a long refusal, without its secrets', async () => {
    const failure = await failureOf((_, response) => {
      response.writeHead(500)
      response.write(`token=abcdef ${'x'.repeat(10_000)}`)
    })
    expect(failure.message).toMatch(/answered 500: token=…/)
    expect(failure.message.length).toBeLessThan(400)
  })

  it.each([
    ['says nothing', (): void => {}],
    ['hangs up', (request: { socket: Socket }): void => void request.socket.destroy()],
    ['sends headers without end', (request: { socket: Socket }): void => void request.socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`)], // biome-ignore format: one thought
    [
      'speaks something else',
      (request: { socket: Socket }): void => void request.socket.end('220 mail.example ESMTP\r\n'),
    ],
  ] as const)('cannot be delivered to one that %s, which is the trouble of the receiver', async (_what, how) => {
    expect(await failureOf(how as RequestListener)).toMatchObject({ code: 'receiver_unavailable' })
  })

  it('goes to no private address unless the settings allow it', async () => {
    const asked: string[] = []
    const url = await listen((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    })
    const resolve = (_: string, __: unknown, done: (error: null, found: { address: string; family: 4 }[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])
    const { lookup, requireAllowed } = createAddressGuard({ allowPrivateAddresses: false, resolve })
    const guard = { lookup: lookup!, requireAllowed: (one: URL) => requireAllowed(one, 'webhook.url') }
    const port = new URL(url).port
    for (const target of [`https://127.0.0.1:${port}/`, `https://inside.example:${port}/`]) {
      const attempt = await send(target, { guard })
      expect(attempt).toMatchObject({ failure: { code: 'receiver_unavailable' } })
      expect(attempt.kind === 'failed' && attempt.failure.message).toMatch(/not a public one/)
    }
    expect(asked).toEqual([])
  })

  it('that is on its way when the worker ends is given up at once', async () => {
    const stop = new AbortController()
    const url = await listen(() => stop.abort(new Error('the worker ends')))
    await expect(send(url, { timeoutMs: 60_000 }, stop.signal)).rejects.toThrow('the worker ends')
  })
})
