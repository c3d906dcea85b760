/** Does an answer that never ends, or that unfolds in memory, end as a failure, with a bounded number of bytes taken? */
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { drip, pour } from '../support/endless.ts'
import { deposition, depositionJson, failureOf, setup } from './setup.ts'

const json = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const lines = 'X-Line: something\r\n'.repeat(1000)
const brackets = Buffer.alloc(64 * 1024, '[')

/** A server that does this with every request. */
async function serving(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const sent = () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0)
  return { baseUrl: `http://127.0.0.1:${port}`, sent }
}

const mib = 2 ** 20

test.each<[string, (socket: Socket) => void, string, number]>([
  ['of 1 GB of JSON', (socket) => pour(socket, `${json}Content-Length: 1000000000\r\n\r\n`, brackets), 'MAX_SIZE', 80],
  ['that is a JSON without end', (socket) => pour(socket, `${json}\r\n`, brackets), 'MAX_SIZE', 80],
  [
    'of an error without end',
    (socket) => pour(socket, 'HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\n\r\n', 'a.a.a.'.repeat(10_000)),
    'MAX_SIZE',
    80,
  ],
  ['of one header without end', (socket) => pour(socket, 'HTTP/1.1 200 OK\r\nX: ', brackets), 'HEADERS_OVERFLOW', 8],
  ['of headers without end', (socket) => pour(socket, 'HTTP/1.1 200 OK\r\n', lines), 'HEADERS_OVERFLOW', 8],
  ['of a status line without end', (socket) => pour(socket, 'HTTP/1.1 200 ', brackets), '', 10_000],
  ['whose head comes letter by letter', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX: ', 'x'), 'HEADERS_TIMEOUT', 1],
  ['whose body comes letter by letter', (socket) => drip(socket, `${json}\r\n`, ' '), 'TooLong', 1],
  [
    'that is always still being worked on',
    (socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n'),
    'TooLong',
    1,
  ],
])('an answer %s is given up', async (_, answer, reason, mostMib) => {
  const { baseUrl, sent } = await serving(answer)
  const { zenodo, signal } = setup({ baseUrl, stallMs: 300, retries: 0 })

  const failure = await failureOf(zenodo.get(1, signal))

  expect(failure).toMatchObject({ code: 'zenodo_unavailable', details: { reason: expect.stringContaining(reason) } })
  expect(sent()).toBeLessThan(mostMib * mib)
})

test('a compressed answer is not unpacked, however small it is', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * mib, ' '))
  const head = `${json}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`
  const { baseUrl } = await serving((socket) => socket.end(Buffer.concat([Buffer.from(head), bomb])))
  const { zenodo, signal } = setup({ baseUrl, retries: 0 })

  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ code: 'zenodo_unexpected_answer' })
})

test.each([
  ['a nest of a million lists', `{"id":1,"metadata":{"x":${'['.repeat(1e6)}${']'.repeat(1e6)}}}`],
  ['a list of a million errors', `{"status":400,"errors":[${'{"field":"a.b","messages":["no"]},'.repeat(1e6)}{}]}`],
  ['a message of megabytes', JSON.stringify({ message: 'a-'.repeat(5e6) })],
  ['a field with a long name', JSON.stringify({ errors: [{ field: 'f.'.repeat(5e6), messages: [] }] })],
])('%s is told in a few words', async (_, body) => {
  for (const status of [200, 400]) {
    const head = `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    const { baseUrl } = await serving((socket) => socket.end(head + body))
    const { zenodo, signal } = setup({ baseUrl, retries: 0 })

    const failure = await failureOf(zenodo.putMetadata(1, {} as never, signal))

    expect(failure.code).toBe(status === 200 ? 'zenodo_unexpected_answer' : 'zenodo_refused_metadata')
    expect(failure.message.length).toBeLessThanOrEqual(2000)
    expect(JSON.stringify(failure.details).length).toBeLessThan(100_000)
  }
})

test('identifiers and addresses that could not be stored, or that lead elsewhere, are not understood', async () => {
  const changes = [
    { id: '../../../records/1' },
    { id: '..' },
    { id: 'x'.repeat(65) },
    { id: '' },
    { conceptrecid: 'x'.repeat(65) },
    { conceptrecid: '1" OR doi:*' },
    { doi: `10.5281/${'x'.repeat(300)}` },
    { files: [{ id: 'f', filename: 'x'.repeat(5000), filesize: 1 }] },
    { files: [{ id: 'f', filename: 'a', filesize: 1e300 }] },
  ]
  for (const change of changes) {
    const body = JSON.stringify(depositionJson(change))
    const { baseUrl } = await serving((socket) =>
      socket.end(`${json}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    )
    const { zenodo, signal } = setup({ baseUrl, retries: 0 })

    const failure = await failureOf(zenodo.get(1, signal))
    expect([change, failure.code]).toEqual([change, 'zenodo_unexpected_answer'])
  }
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'https://u:p@evil.example/',
  'x'.repeat(9000),
])('the page of a deposition is never %s', async (html) => {
  const body = JSON.stringify(depositionJson({ links: { html, bucket: null } }))
  const { baseUrl } = await serving((socket) => socket.end(`${json}Content-Length: ${body.length}\r\n\r\n${body}`))
  const { zenodo, signal } = setup({ baseUrl, retries: 0 })

  const found = await zenodo.get(20000002, signal)

  expect(found?.htmlUrl).toBe(`${baseUrl}/deposit/20000002`)
  expect(deposition().htmlUrl).toMatch(/^https:/)
})
