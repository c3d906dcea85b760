/** Do both GETs read the same out of answers that nobody thought of, however they come in pieces? */
import type { Socket } from 'node:net'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHeadReader } from '../../src/transfer/plain-head.ts'
import { serveRaw } from '../transfer/setup.ts'
import { getOutcome, openTransports, readAll } from './get-transports.ts'

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Content-Length: 3', 'content-length:3', 'Content-Length:\t3') },
  fc.constantFrom(
    'Content-Length: 4',
    'Content-Length: 0',
    'Content-Length: 3 ',
    'Content-Length: 03',
    'Content-Length: 3;3',
  ),
  fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encoding: CHUNKED', 'Transfer-Encoding: gzip, chunked'),
  fc.constantFrom('Connection: close', 'Connection: Keep-Alive', 'Connection: close, x', 'Keep-Alive: timeout=3'),
  fc.constantFrom(
    'Upgrade: h2c',
    'Proxy-Connection: close',
    'Trailer: X',
    'Expect: 100-continue',
    ' folded',
    'none',
    ': x',
    '',
  ),
  fc.constantFrom(
    'X-A:',
    'X-A:  a  b \t',
    '__proto__: x',
    'constructor: y',
    'X Y: z',
    'X-A\t: z',
    'x-a: \x80\xff',
    'x-a: \x7f',
  ),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 5 }))
    .map(([name, value]) => `${name}: ${Buffer.from(value).toString('latin1')}`),
)
const first = fc.oneof(
  { weight: 8, arbitrary: fc.constant('HTTP/1.1 200 OK') },
  fc.constantFrom(
    'HTTP/1.1 200 ',
    'HTTP/1.1 200',
    'HTTP/1.0 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200\tOK',
  ),
  fc.integer({ min: 100, max: 700 }).map((status) => `HTTP/1.1 ${status} Any`),
)
const lineEnd = fc.oneof({ weight: 60, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r', '\r\r\n', ' \r\n'))
const head = fc
  .tuple(first, fc.array(line, { maxLength: 5 }), fc.array(lineEnd, { minLength: 7, maxLength: 7 }))
  .map(([start, lines, ends]) => [start, ...lines, ''].map((text, at) => text + ends[at]).join(''))

test('what we read at all is what undici reads', { timeout: 60_000 }, async () => {
  let answer = ''
  const origin = await serveRaw((socket) => socket.on('data', () => socket.end(`${answer}abc`, 'latin1')))
  const { plain, undici } = openTransports()
  let ours = 0

  const sameAs = async (text: string) => {
    answer = text
    const read = await getOutcome(plain, origin)
    if (read === 'left to undici') return
    ours += 1
    expect(read).toEqual(await getOutcome(undici.gets, origin))
  }
  await fc.assert(fc.asyncProperty(head, sameAs), { numRuns: 500 })

  expect(ours).toBeGreaterThan(20)
})

/** What is made of the pieces in the end. `used` counts from the start of all. */
function readPieces(pieces: readonly Buffer[]) {
  const read = createHeadReader()
  let before = 0
  for (const piece of pieces) {
    const step = read(piece)
    if (step === 'foreign') return step
    if (step !== 'more') return { ...step, used: before + step.used }
    before += piece.length
  }
  return 'more'
}

test('a head is read the same wherever it is split', () => {
  const answers = [
    'HTTP/1.1 200 OK\r\nX-A: a\r\ncontent-length:3\r\nConnection: close\r\n\r\nabc\r\n\r\n',
    'HTTP/1.1 404 \r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-A : a\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-A: a\n\r\n',
  ]
  for (const answer of answers.map((text) => Buffer.from(text))) {
    const expected = readPieces([answer])
    for (let at = 0; at <= answer.length; at += 1) {
      expect(readPieces([answer.subarray(0, at), answer.subarray(at)])).toEqual(expected)
    }
  }
})

test('any head is read the same in any pieces', () => {
  const sameInPieces = (text: string, cuts: readonly number[]) => {
    const answer = Buffer.from(`${text}abc`, 'latin1')
    const at = [0, ...cuts.map((cut) => cut % (answer.length + 1)).sort((a, b) => a - b), answer.length]
    const pieces = at.slice(1).map((end, index) => answer.subarray(at[index], end))
    expect(readPieces(pieces)).toEqual(readPieces([answer]))
  }
  fc.assert(fc.property(head, fc.array(fc.nat(), { maxLength: 20 }), sameInPieces), { numRuns: 500 })
})

test('a body arrives as it was sent, whatever the pieces and the reads', { timeout: 60_000 }, async () => {
  const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, at) => (at * 7 + (at >> 8)) & 0xff))
  let sending: { length: number; pieces: readonly number[] } = { length: 0, pieces: [] }
  const send = async (socket: Socket) => {
    const { length, pieces } = sending
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`)
    for (let at = 0, turn = 0; at < length; turn += 1) {
      const end = Math.min(length, at + (pieces[turn % pieces.length] ?? length))
      socket.write(bytes.subarray(at, end))
      at = end
      if (turn % 3 === 0) await eventLoopTurn()
    }
  }
  const origin = await serveRaw((socket) => socket.setNoDelay(true).on('data', () => void send(socket)))
  const { plain } = openTransports()

  const arrives = async (length: number, pieces: readonly number[], into: number, lazy: boolean) => {
    sending = { length, pieces }
    const answer = await plain.get(new URL(origin), {}, new AbortController().signal)
    const read = async (room: Uint8Array) => {
      if (lazy) await eventLoopTurn()
      return answer?.read(room) ?? 0
    }
    const got = await readAll({ read }, new Uint8Array(into))
    expect(got.equals(bytes.subarray(0, length))).toBe(true)
  }
  const size = fc.integer({ min: 1000, max: 200_000 })
  const many = fc.integer({ min: 0, max: bytes.length })
  const few = fc.integer({ min: 0, max: 40 })
  const property = fc.asyncProperty(
    fc.oneof(many, few),
    fc.array(size, { minLength: 1, maxLength: 5 }),
    size,
    fc.boolean(),
    arrives,
  )
  await fc.assert(property, { numRuns: 60 })
  await arrives(300, [1, 2, 3], 7, false)
})

test('what a read brought stays as it is, and the next read brings what comes after, each in its own memory', async () => {
  const parts = ['abc', 'defgh', 'ij']
  const { promise: asked, resolve } = Promise.withResolvers<Socket>()
  const origin = await serveRaw((socket) => socket.once('data', () => resolve(socket)))
  const { plain } = openTransports()
  const answering = plain.get(new URL(origin), {}, new AbortController().signal)
  const socket = await asked
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n')
  const answer = await answering

  const memories = parts.map(() => new Uint8Array(new SharedArrayBuffer(64)))
  const counts: number[] = []
  for (const [at, part] of parts.entries()) {
    const reading = answer?.read(memories[at] ?? new Uint8Array())
    socket.write(part)
    counts.push((await reading) ?? 0)
  }

  expect(memories.map((memory, at) => Buffer.from(memory.slice(0, counts[at])).toString())).toEqual(parts)
})
