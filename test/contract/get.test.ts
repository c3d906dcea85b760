/** Does our own GET come to what undici comes to, whatever a server does? Both are asked the same of the same server. */
import type { LookupFunction, Socket } from 'node:net'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { failureOf, serveRaw } from '../transfer/setup.ts'
import { copyOutcome, getOutcome, openTransports, type Transport } from './get-transports.ts'

type Behaviour = string | ((socket: Socket) => unknown)

const ok = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`
const plainHead = ok('Content-Length: 3')
const long = (bytes: number) => `X-Long: ${'x'.repeat(bytes)}`
/** Sends and ends at once, so that nobody waits. */
const cutAfter = (text: string) => (socket: Socket) => socket.end(text, 'latin1')

async function drip(socket: Socket, text: string): Promise<void> {
  for (const byte of text) {
    if (!socket.writable) return
    socket.write(byte, 'latin1')
    await eventLoopTurn()
  }
}

/** A server that does the same for each request. @returns its address. */
async function behaving(behaviour: Behaviour): Promise<string> {
  const origin = await serveRaw((socket) => {
    socket.setNoDelay(true).on('data', () => {
      if (typeof behaviour === 'string') socket.write(behaviour, 'latin1')
      else behaviour(socket)
    })
  })
  return `${origin}/a%20b/table.csv?x=1&y=%C3%A4`
}

/** What each comes to: as a bare answer, and as the source of a file of three bytes. */
async function outcomes(behaviour: Behaviour) {
  const source = await behaving(behaviour)
  const judge = async ({ gets }: Transport) => [await getOutcome(gets, source), await copyOutcome(gets, source)]
  const { ours, undici, plain } = openTransports()
  const all = await Promise.all([judge(ours), judge(undici), getOutcome(plain, source)])
  return { ours: all[0], undici: all[1], plain: all[2] }
}

const whole = { bytes: 'abc' }
const cut = { code: 'source_unavailable' }

// what the source of a file comes to
const plainly: [string, Behaviour, object][] = [
  ['a whole answer', `${plainHead}abc`, whole],
  ['a whole answer and the end', `${ok('Content-Length: 3', 'Connection: close')}abc`, whole],
  ['an answer that drips', (socket) => drip(socket, `${plainHead}abc`), whole],
  ['more bytes than announced', `${plainHead}abcdef`, whole],
  ['an answer nobody asked for behind it', `${plainHead}abc${plainHead}xyz`, whole],
  ['fewer bytes than the file has', `${ok('Content-Length: 2')}ab`, { code: 'source_size_differs' }],
  ['no byte', ok('Content-Length: 0'), { code: 'source_size_differs' }],
  ['names and values of every kind', `${ok('x-EMPTY:', 'X-Tail: a \t', 'X: \xe4\xff', 'content-LENGTH:3')}abc`, whole],
  ['names that objects have', `${ok('__proto__: 1', 'constructor: 2', 'ToString: 3', 'Content-Length: 3')}abc`, whole],
  ['a name twice', `${ok('A: 1', 'a: 2', 'Content-Length: 3', 'A: 3')}abc`, whole],
  ['a head just short enough', `${ok(long(16_000), 'Content-Length: 3')}abc`, whole],
  ['an end in the body', cutAfter(`${plainHead}ab`), cut],
  ['an end before the body', cutAfter(plainHead), cut],
  ['an end in the head', cutAfter('HTTP/1.1 200 OK\r\nContent-Le'), cut],
  ['an end in place of an answer', cutAfter(''), cut],
  ['a reset in the body', (socket) => socket.write(`${plainHead}ab`, () => socket.resetAndDestroy()), cut],
  ['a web page', `${ok('Content-Length: 3', 'Content-Type: text/html')}abc`, { code: 'source_wrong_type' }],
  ['an encoding', `${ok('Content-Length: 3', 'Content-Encoding: gzip')}abc`, { code: 'source_wrong_type' }],
  ['a missing file', 'HTTP/1.1 404 Not here\r\nTransfer-Encoding: chunked\r\n\r\n', { code: 'source_missing' }],
  ['a failure', 'HTTP/1.1 503 \r\nRetry-After: 7\r\nConnection: close\r\n\r\n', cut],
  ['a part', 'HTTP/1.1 206 Partial\r\nContent-Length: 3\r\n\r\nabc', { code: 'source_missing' }],
  [
    'a redirect in circles',
    'HTTP/1.1 302 Found\r\nLocation: ?\r\nContent-Length: 0\r\n\r\n',
    { code: 'source_missing' },
  ],
  ['a redirect to nowhere', 'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n', { code: 'source_missing' }],
]

test.each(plainly)('%s: read by ourselves, as undici reads it', async (_, behaviour, expected) => {
  const { ours, undici, plain } = await outcomes(behaviour)

  expect(ours).toEqual(undici)
  expect(ours?.[1]).toMatchObject(expected)
  expect(plain).toEqual(ours?.[0])
})

const leftToUndici: [string, Behaviour, object][] = [
  ['chunks', `${ok('Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`, whole],
  ['chunks that are none', `${ok('Transfer-Encoding: chunked')}z\r\n`, cut],
  ['chunks that end early', cutAfter(`${ok('Transfer-Encoding: chunked')}3\r\nab`), cut],
  ['chunks and a length', `${ok('Transfer-Encoding: chunked', 'Content-Length: 3')}3\r\nabc\r\n0\r\n\r\n`, cut],
  ['another encoding of the transfer', cutAfter(`${ok('Transfer-Encoding: gzip')}abc`), whole],
  ['no length', cutAfter(`${ok('Connection: close')}abc`), whole],
  ['no length, and too early an end', cutAfter(`${ok()}ab`), cut],
  ['HTTP/1.0', cutAfter('HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc'), whole],
  ['news on the way to the answer', `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${plainHead}abc`, whole],
  ['a word to go on', `HTTP/1.1 100 Continue\r\n\r\n${plainHead}abc`, cut],
  ['a change of the protocol', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', cut],
  ['an offer of another protocol', `${ok('Upgrade: h2c', 'Connection: upgrade', 'Content-Length: 3')}abc`, whole],
  ['an offer in passing', `${ok('Upgrade: h2c', 'Content-Length: 3')}abc`, whole],
  ['a word to a proxy', `${ok('Proxy-Connection: close', 'Content-Length: 3')}abc`, whole],
  ['the length twice', `${ok('Content-Length: 3', 'Content-Length: 3')}abc`, cut],
  ['two lengths', `${ok('Content-Length: 3', 'Content-Length: 4')}abcd`, cut],
  ['two lengths in one', `${ok('Content-Length: 3, 3')}abc`, cut],
  ['a length with a sign', `${ok('Content-Length: +3')}abc`, cut],
  ['a length with zeros in front', `${ok('Content-Length: 003')}abc`, whole],
  ['a length beyond all bounds', `${ok('Content-Length: 99999999999999999999999')}abc`, cut],
  ['a length with a space behind', `${ok('Content-Length: 3 ')}abc`, cut],
  ['a space before the colon', `${ok('Content-Length : 3')}abc`, cut],
  ['a name of two words', `${ok('X Y: 3', 'Content-Length: 3')}abc`, cut],
  ['a folded line', `${ok('X: a', ' b', 'Content-Length: 3')}abc`, cut],
  ['a line without a colon', `${ok('nonsense', 'Content-Length: 3')}abc`, cut],
  ['ends of lines without CR', 'HTTP/1.1 200 OK\nContent-Length: 3\n\nabc', cut],
  ['a CR in a value', `${ok('X: a\rb', 'Content-Length: 3')}abc`, cut],
  ['a NUL in a value', `${ok('X: a\0b', 'Content-Length: 3')}abc`, cut],
  ['a byte in a name that is no letter', `${ok('X\xe4: a', 'Content-Length: 3')}abc`, cut],
  ['a head just too long', `${ok(long(16_380), 'Content-Length: 3')}abc`, cut],
  ['a head that never ends', `HTTP/1.1 200 OK\r\n${long(70_000)}`, cut],
  ['another protocol', '220 mail.example.org ESMTP\r\n', cut],
  ['nonsense that goes on', 'nonsense', cut],
  ['a status of two digits', `HTTP/1.1 20 OK\r\nContent-Length: 3\r\n\r\nabc`, cut],
]

test.each(leftToUndici)('%s: undici decides', async (_, behaviour, expected) => {
  const { ours, undici, plain } = await outcomes(behaviour)

  expect(plain).toBe('left to undici')
  expect(ours).toEqual(undici)
  expect(ours?.[1]).toMatchObject(expected)
})

test('redirects, relative and to another origin, lead both to the bytes', async () => {
  const redirect = (to: string) => `HTTP/1.1 307 Elsewhere\r\nLocation: ${to}\r\nContent-Length: 2\r\n\r\nno`
  const last = await behaving(`${plainHead}abc`)
  const first = await serveRaw((socket) => {
    socket.on('data', (text) => socket.write(redirect(String(text).startsWith('GET /b') ? last : 'b?c')))
  })
  const { ours, undici } = openTransports()

  for (const { gets } of [ours, undici]) expect(await copyOutcome(gets, `${first}/a`)).toMatchObject(whole)
})

test('a name of two addresses is reached at the one that answers', async () => {
  const { port } = new URL(await behaving(`${plainHead}abc`))
  const found = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ]
  const lookup: LookupFunction = (_, { all }, done) => (all ? done(null, found) : done(null, '::1', 6))
  const { ours, undici, plain } = openTransports({ lookup })

  for (const gets of [plain, ours.gets, undici.gets]) {
    expect(await getOutcome(gets, `http://source.example:${port}/`)).toMatchObject({ body: 'abc' })
  }
})

test('both send the same request', async () => {
  const requests: string[] = []
  const origin = await serveRaw((socket) => {
    socket.on('data', (text) => {
      requests.push(String(text))
      socket.write(`${plainHead}abc`)
    })
  })
  const { ours, undici } = openTransports()

  for (const address of [`${origin}/a%20b|c'd/?q=[x]&y=%C3%A4#part`, origin]) {
    await getOutcome(ours.gets, address, { 'x-more': '1', Authorization: 'Bearer ä' })
    await getOutcome(undici.gets, address, { 'x-more': '1', Authorization: 'Bearer ä' })
  }

  expect(requests).toHaveLength(4)
  expect(requests[0]).toBe(requests[1])
  expect(requests[2]).toBe(requests[3])
})

test.each([
  ['a value with a line end', { x: 'a\r\nb: c' }],
  ['a value with a NUL', { x: 'a\0' }],
  ['a value beyond latin1', { x: '€' }],
  ['a name of two words', { 'x y': 'a' }],
])('%s is asked by neither', async (_, headers) => {
  const source = await behaving(`${plainHead}abc`)
  const { ours, undici, plain } = openTransports()

  expect(await getOutcome(plain, source, headers)).toBe('left to undici')
  expect(await getOutcome(ours.gets, source, headers)).toBe('no answer')
  expect(await getOutcome(undici.gets, source, headers)).toBe('no answer')
})

test('a name without a public address fails as the lookup says, with both', async () => {
  const { ours, undici } = openTransports({ allowPrivateAddresses: false })

  for (const { open } of [ours, undici]) {
    expect(await failureOf(open('https://localhost/table.csv'))).toMatchObject({ code: 'source_not_allowed' })
  }
})
