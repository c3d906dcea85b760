/** Does a file arrive at Zenodo as it is, with the right head, and is what was stored compared? */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  confirm,
  failureOf,
  md5Of,
  options,
  serve,
  serveBytes,
  setup,
  sha256Of,
  sourceFile,
  startSink,
  targetAt,
} from './setup.ts'

const megabyte = Buffer.alloc(1_000_003, 'zenodo!')

test('a file arrives byte by byte and its md5 is told', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const source = `${await serveBytes(megabyte)}/table.csv`
  const file = sourceFile({ source, size: megabyte.length, checksum: sha256Of(megabyte) })
  const recorded = options()

  const sent = await transfer.send(file, targetAt(sink.url, megabyte.length), recorded)

  expect(sent).toMatchObject({ md5: md5Of(megabyte) })
  expect(sink.puts[0]?.body.equals(megabyte)).toBe(true)
  expect(recorded.progress.at(-1)).toBe(megabyte.length)
  expect(recorded.progress).toEqual([...recorded.progress].sort((a, b) => a - b))
})

test('memory that is used again never changes what arrives or what is hashed', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const whole = randomBytes(40_000_003)
  const file = sourceFile({ source: await serveBytes(whole), size: whole.length, checksum: sha256Of(whole) })

  const sent = await Promise.all([1, 2].map(() => transfer.send(file, targetAt(sink.url, whole.length), options())))

  expect(sent.map(({ md5 }) => md5)).toEqual([md5Of(whole), md5Of(whole)])
  expect(sink.puts.map(({ body }) => md5Of(body))).toEqual([md5Of(whole), md5Of(whole)])
})

test('sizes are counted in bytes, so that multi-byte text and CRLF pass', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const text = 'naïve,Größe,大きさ\r\n1,2,3\r\n'
  const bytes = Buffer.from(text)
  const file = sourceFile({ source: await serveBytes(text), size: bytes.length, checksum: `md5:${md5Of(bytes)}` })

  await transfer.send(file, targetAt(sink.url, bytes.length), options())

  expect(sink.puts[0]?.body.toString('utf8')).toBe(text)
})

test('the upload carries its length and the headers of the target, and is never chunked', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const file = sourceFile({ source: await serveBytes('abc'), size: 3 })
  const target = targetAt(sink.url, 3)

  await transfer.send(file, target, options())

  expect(sink.puts[0]).toMatchObject({ method: 'PUT', url: '/api/files/bucket/table.csv' })
  expect(sink.puts[0]?.headers).toMatchObject({
    'content-length': '3',
    'content-type': 'application/octet-stream',
    authorization: 'Bearer t',
    'user-agent': 'transfer-test/1.0',
  })
  expect(sink.puts[0]?.headers['transfer-encoding']).toBeUndefined()
  expect(target.admissions()).toBe(1)
})

test('a source without Content-Length arrives with the length of the manifest', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const source = await serve((_, response) => {
    response.write('first,')
    response.end('second')
  })

  await transfer.send(sourceFile({ source, size: 12 }), targetAt(sink.url, 12), options())

  expect(sink.puts[0]?.body.toString()).toBe('first,second')
  expect(sink.puts[0]?.headers['content-length']).toBe('12')
})

test('the files of a copy share connections', async () => {
  const { transfer } = setup()
  const sink = await startSink()
  const file = sourceFile({ source: await serveBytes('abc'), size: 3 })

  // often enough to meet an answer that is there before we have looked up from sending
  for (let count = 0; count < 50; count += 1) await transfer.send(file, targetAt(sink.url, 3), options())

  expect(sink.puts).toHaveLength(50)
  expect(sink.connections()).toBe(1)
})

test('a file of which Zenodo stored other bytes is sent again from a fresh source', async () => {
  let asked = 0
  const source = await serve((_, response) => {
    asked += 1
    response.end('abc')
  })
  const sink = await startSink((put, response, count) => {
    confirm(count === 1 ? { ...put, body: Buffer.from('abX') } : put, response)
  })
  const { transfer, events } = setup({ fileAttempts: 2 })
  const recorded = options()

  const sent = await transfer.send(sourceFile({ source, size: 3 }), targetAt(sink.url, 3), recorded)

  expect(sent.md5).toBe(md5Of('abc'))
  expect([asked, sink.puts.length]).toEqual([2, 2])
  expect(events).toMatchObject([{ kind: 'file.retry', path: 'table.csv', attempt: 1 }])
  expect(events[0]?.failure.code).toBe('stored_differently')
  expect(recorded.progress).toEqual([3, 0, 3, 3])
})

test('a failing upload restarts source and target together, and succeeds when Zenodo is back', async () => {
  let asked = 0
  const source = await serve((_, response) => {
    asked += 1
    response.end('abc')
  })
  const sink = await startSink((put, response, count) => {
    if (count < 3) response.writeHead(500).end('<h1>down</h1>')
    else confirm(put, response)
  })
  const { transfer, events } = setup({ fileAttempts: 4 })
  const target = targetAt(sink.url, 3)

  await transfer.send(sourceFile({ source, size: 3 }), target, options())

  expect([asked, sink.puts.length, target.admissions()]).toEqual([3, 3, 3])
  expect(events.map((event) => event.attempt)).toEqual([1, 2])
})

test('the tries of a file are used up at the last failure', async () => {
  const sink = await startSink((_, response) => void response.writeHead(503).end())
  const { transfer, events } = setup({ fileAttempts: 3 })
  const file = sourceFile({ source: await serveBytes('abc'), size: 3 })

  const failure = await failureOf(transfer.send(file, targetAt(sink.url, 3), options()))

  expect(failure.code).toBe('zenodo_unavailable')
  expect([sink.puts.length, events.length]).toEqual([3, 2])
})

test.each([
  ['a large file', megabyte],
  ['a small file', Buffer.from('abc')],
])('%s of another checksum than promised never becomes whole at Zenodo', async (_, bytes) => {
  const { transfer, events } = setup({ fileAttempts: 4 })
  const sink = await startSink()
  const source = await serveBytes(bytes)
  const file = sourceFile({ source, size: bytes.length, checksum: sha256Of('something else') })

  const failure = await failureOf(transfer.send(file, targetAt(sink.url, bytes.length), options()))
  await sink.ended()

  expect(failure.code).toBe('source_checksum_differs')
  expect(failure.message).toContain('table.csv')
  expect(sink.connections()).toBe(1)
  expect(sink.puts.filter((put) => put.isWhole)).toEqual([])
  expect(events).toEqual([])
})

test('a digest reads the source through the same checks without sending it', async () => {
  const { transfer } = setup()
  const source = await serveBytes(megabyte)
  const file = sourceFile({ source, size: megabyte.length, checksum: sha256Of(megabyte) })

  expect(await transfer.digest(file, options())).toMatchObject({ md5: md5Of(megabyte) })
  const failure = await failureOf(transfer.digest({ ...file, checksum: sha256Of('other') }, options()))
  expect(failure.code).toBe('source_checksum_differs')
})
