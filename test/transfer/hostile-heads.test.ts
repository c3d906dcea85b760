/** Does the head of an answer that never ends, or is never begun, end the try, whoever of the two clients reads it? */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { drip, pour } from '../support/endless.ts'
import { head } from './raw-http.ts'
import { failureOf, options, serveRaw, setup, sourceFile } from './setup.ts'

const processing = 'HTTP/1.1 102 Processing\r\n\r\n'

test.each<[string, (socket: Socket) => void, RegExp]>([
  ['has one header without end', (s) => pour(s, 'HTTP/1.1 200 OK\r\nX: ', 'x'.repeat(65_536)), /unavailable|stalled/],
  ['has headers without end', (s) => pour(s, 'HTTP/1.1 200 OK\r\n', 'X-A: a\r\n'.repeat(1000)), /unavailable|stalled/],
  ['has spaces without end', (s) => pour(s, 'HTTP/1.1 200 OK\r\nContent-Length:', ' '.repeat(65_536)), /stalled/],
  ['is zeros without end', (s) => pour(s, '', '\0'.repeat(65_536)), /unavailable|stalled/],
  ['is always still being worked on, fast', (s) => pour(s, '', processing.repeat(50)), /stalled/],
  ['is always still being worked on, slowly', (s) => drip(s, '', processing), /stalled/],
  ['comes letter by letter', (s) => drip(s, 'HTTP/1.1 200 OK\r\nX: ', 'x'), /stalled/],
  ['comes line by line', (s) => drip(s, 'HTTP/1.1 200 OK\r\n', 'X-A: a\r\n'), /stalled/],
  [
    'has trailers without end',
    (s) => pour(s, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n', 'X-A: a\r\n'),
    /unavailable|stalled/,
  ],
  [
    'has chunks with endless lengths',
    (s) => pour(s, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '0'.repeat(65_536)),
    /unavailable|stalled/,
  ],
])('an answer whose head %s ends its try', async (_, answer, code) => {
  const source = await serveRaw((socket) => void socket.once('data', () => answer(socket)))
  const { transfer } = setup({ stallMs: 400 })

  const failure = await failureOf(transfer.digest(sourceFile({ source, size: 3 }), options()))

  expect(failure.code).toMatch(code)
})

test('a redirect is followed without waiting for a page that never ends', async () => {
  const file = await serveRaw((socket) => void socket.once('data', () => socket.end(`${head(3)}abc`)))
  const source = await serveRaw((socket) =>
    socket.once('data', () => pour(socket, `HTTP/1.1 302 Found\r\nLocation: ${file}/\r\n\r\n`, '<p>'.repeat(20_000))),
  )
  const { transfer } = setup({ stallMs: 5000 })

  await expect(transfer.digest(sourceFile({ source, size: 3 }), options())).resolves.toHaveProperty('md5')
})
