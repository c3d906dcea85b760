/** Is the answer to an upload understood in every form that HTTP allows, and is what is none told as none? */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { failureOf, md5Of, options, serveBytes, serveRaw, setup, sourceFile, targetAt } from './setup.ts'

const stored = JSON.stringify({ size: 3, checksum: `md5:${md5Of('abc')}` })
const created = `HTTP/1.1 201 Created\r\nContent-Length: ${stored.length}\r\n\r\n${stored}`

/** Sends "abc" to a server that says `answer` once it has the file, and does `then`. */
async function sendTo(answer: string, then: (socket: Socket) => void = () => {}) {
  const sink = await serveRaw((socket) => {
    let got = ''
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
      if (!got.endsWith('\r\n\r\nabc')) return
      got = ''
      socket.write(answer, () => then(socket))
    })
  })
  const { transfer } = setup()
  const file = sourceFile({ source: await serveBytes('abc'), size: 3 })
  return { sink, file, transfer, send: () => transfer.send(file, targetAt(sink, 3), options()) }
}

test.each([
  ['with a length', created],
  [
    'in chunks',
    `HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n${stored.length.toString(16)}\r\n${stored}\r\n0\r\n\r\n`,
  ],
  ['after 100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${created}`],
  [
    'after 102 Processing and 103 Early Hints',
    `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${created}`,
  ],
  ['with a head of many lines', created.replace('\r\n', `\r\n${'X-Line: something\r\n'.repeat(200)}`)],
])('an answer %s is understood', async (_, answer) => {
  const { send } = await sendTo(answer)

  expect(await send()).toMatchObject({ md5: md5Of('abc') })
})

test('an answer that ends with its connection is understood', async () => {
  const { send } = await sendTo(`HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n${stored}`, (socket) => socket.end())

  expect(await send()).toMatchObject({ md5: md5Of('abc') })
})

test.each([
  ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['whose head is cut', 'HTTP/1.1 201 Created\r\nContent-Le'],
  ['whose body is cut', `HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n${stored}`],
  ['whose chunks are broken', 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['with two lengths', `HTTP/1.1 201 Created\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc`],
  ['with a head beyond all measure', `HTTP/1.1 201 Created\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`],
  [
    'that changes the protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ],
])('an answer %s is none, and the file may be there all the same', async (_, answer) => {
  const { send } = await sendTo(answer, (socket) => socket.end())

  const failure = await failureOf(send())

  expect(failure.code).toBe('zenodo_unavailable')
  expect(failure.details).toMatchObject({ ambiguous: true })
})

test('a connection that the receiver closed while nobody used it is not used again', async () => {
  const sockets: Socket[] = []
  const { send } = await sendTo(created, (socket) => {
    sockets.push(socket)
    socket.end()
  })

  await send()
  await once(sockets[0] as Socket, 'close')
  expect(await send()).toMatchObject({ md5: md5Of('abc') })
  expect(sockets).toHaveLength(2)
})

test('an upload announced with another length than the file has ends as our own mistake', async () => {
  const { transfer, sink, file } = await sendTo(created)

  expect(await failureOf(transfer.send(file, targetAt(sink, 2), options()))).toMatchObject({ code: 'internal_error' })
  expect(await failureOf(transfer.send(file, targetAt(sink, 4), options()))).toMatchObject({ code: 'internal_error' })
})
