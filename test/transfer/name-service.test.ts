/** Can a name that changes its answer between the look and the connection lead inside? Against a name server that really does so. */
import { createSocket, type RemoteInfo } from 'node:dgram'
import { type LookupAddress, Resolver } from 'node:dns'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createAddressGuard } from '../../src/transfer/address-guard.ts'
import type { HttpGets } from '../../src/transfer/http-answer.ts'
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { openHttpSource } from '../../src/transfer/http-source.ts'
import { createUndiciGets } from '../../src/transfer/undici-get.ts'
import { failureOf, serveRaw, sourceFile } from './setup.ts'

/** Nothing is there, on no network: IANA has given this part of the public space to nobody. */
const nowhere = '2d00::1'
const inside = '127.0.0.1'

/** A name server whose n-th question for a name gets the n-th of these answers; the last one from then on. */
async function serveNames(answers: ReadonlyArray<readonly string[]>) {
  const asked = { A: 0, AAAA: 0 }
  const server = createSocket('udp4', (question: Buffer, from: RemoteInfo) => {
    const type = question.readUInt16BE(question.length - 4 - optionsLength(question)) === 1 ? 'A' : 'AAAA'
    const addresses = answers[Math.min(asked[type], answers.length - 1)] ?? []
    asked[type] += 1
    const isOfType = (address: string) => address.includes(':') === (type === 'AAAA')
    server.send(answerTo(question, addresses.filter(isOfType)), from.port, from.address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([`127.0.0.1:${server.address().port}`])
  /** As the system's own does: both families at once. */
  const resolve = async (host: string, _: object, done: (error: Error | null, found: LookupAddress[]) => void) => {
    const [v4, v6] = await Promise.all([
      ask(resolver.resolve4.bind(resolver), host),
      ask(resolver.resolve6.bind(resolver), host),
    ])
    const found = [...v6.map((address) => ({ address, family: 6 })), ...v4.map((address) => ({ address, family: 4 }))]
    done(found.length === 0 ? Object.assign(new Error('none'), { code: 'ENOTFOUND' }) : null, found)
  }
  return { resolve: (...args: Parameters<typeof resolve>) => void resolve(...args), questions: () => asked.A }
}

type AskAll = (host: string, done: (error: Error | null, addresses: string[]) => void) => void
const ask = (how: AskAll, host: string) =>
  new Promise<string[]>((resolve) => how(host, (error, addresses) => resolve(error ? [] : addresses)))

/** An EDNS record at the end of a question, when there is one, has 11 bytes (RFC 6891). */
const optionsLength = (question: Buffer) => (question.readUInt16BE(10) > 0 ? 11 : 0)

/** RFC 1035, section 4.1. */
function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const asked = question.subarray(12, question.length - optionsLength(question))
  const head = Buffer.alloc(12)
  question.copy(head, 0, 0, 2)
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(addresses.length, 6)
  const records = addresses.map((address) => {
    const data = address.includes(':') ? v6(address) : Buffer.from(address.split('.').map(Number))
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(data.length === 16 ? 28 : 1, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(data.length, 10)
    return Buffer.concat([record, data])
  })
  return Buffer.concat([head, asked, ...records])
}

/** Of the form `2d00::1`. */
function v6(address: string): Buffer {
  const [first = '', last = ''] = address.split('::')
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16BE(Number.parseInt(first || '0', 16), 0)
  bytes.writeUInt16BE(Number.parseInt(last, 16), 14)
  return bytes
}

const makers: ReadonlyArray<readonly [string, typeof createHttpGets]> = [
  ['our own client', createHttpGets],
  ['undici', createUndiciGets],
]

/** A server inside that counts who comes, and an attempt to reach it by a name. */
async function attempt(
  answers: ReadonlyArray<readonly string[]>,
  make: (settings: Parameters<typeof createHttpGets>[0]) => HttpGets,
) {
  let visitors = 0
  const server = await serveRaw(() => {
    visitors += 1
  })
  const names = await serveNames(answers)
  const guard = createAddressGuard({ allowPrivateAddresses: false, resolve: names.resolve })
  const gets = make({ connectMs: 300, ...(guard.lookup && { lookup: guard.lookup }) })
  onTestFinished(() => gets.close())
  const source = `https://files.example.org:${new URL(server).port}/x`
  const open = () =>
    failureOf(openHttpSource(sourceFile({ source }), { gets, guard, userAgent: 'test' }, new AbortController().signal))
  return { open, visitors: () => visitors, questions: names.questions }
}

test.each(makers)(
  'the address that was judged is the one that is gone to: no second question, by %s',
  async (_, make) => {
    const { open, visitors, questions } = await attempt([[nowhere], [inside]], make)

    expect((await open()).code).toBe('source_unavailable')
    expect(questions()).toBe(1)
    // the next try asks anew, and is told the other address
    expect((await open()).code).toBe('source_not_allowed')
    expect(questions()).toBe(2)
    expect(visitors()).toBe(0)
  },
)

test.each(makers)(
  'of several addresses the inner ones are never gone to, whatever their order, by %s',
  async (_, make) => {
    for (const addresses of [
      [nowhere, inside],
      [inside, nowhere],
      [inside, '10.0.0.1', nowhere],
    ]) {
      const { open, visitors } = await attempt([addresses], make)

      expect((await open()).code).toBe('source_unavailable')
      expect(visitors()).toBe(0)
    }
  },
)

test.each([[['::1']], [['10.0.0.1', '192.168.0.1']], [['169.254.169.254']], [['0.0.0.0']], [[inside, 'fd00::1']]])(
  'a name with the addresses %j only is refused',
  async (addresses) => {
    const { open, visitors } = await attempt([addresses], createHttpGets)

    expect((await open()).code).toBe('source_not_allowed')
    expect(visitors()).toBe(0)
  },
)

test('the name server of these tests is believed where addresses inside are allowed', async () => {
  const names = await serveNames([[inside]])
  const server = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'))
  const lookup = (host: string, _: object, done: (error: Error | null, found: LookupAddress[]) => void) =>
    names.resolve(host, {}, done)
  const gets = createHttpGets({ connectMs: 2000, lookup: lookup as never })
  onTestFinished(() => gets.close())

  const { port } = new URL(server) as unknown as AddressInfo
  const answer = await gets.get(new URL(`http://files.example.org:${port}/`), {}, new AbortController().signal)

  expect(answer.status).toBe(200)
})
