/** Do several files become one archive on their way, checked one by one? */
import { expect, test } from 'vitest'
import { archiveLength } from '../../src/core/packaging/archive-length.ts'
import type { SourceFile } from '../../src/replication/ports/file-transfer.ts'
import { filesInZip, readZip } from '../support/read-zip.ts'
import {
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

const contents: Record<string, string> = {
  'raw/a.csv': 'a;b\n',
  'raw/empty': '',
  'raw/ü.csv': 'größer\n'.repeat(100_000),
}

async function members(from: Record<string, string> = contents): Promise<SourceFile[]> {
  const entries = Object.entries(from).map(async ([path, content]) =>
    sourceFile({
      path,
      size: Buffer.byteLength(content),
      checksum: sha256Of(content),
      source: await serveBytes(content),
    }),
  )
  return await Promise.all(entries)
}

function archive(members: readonly SourceFile[]): SourceFile {
  return sourceFile({ path: 'raw.zip', source: '', size: archiveLength(members), members })
}

test('an archive is sent with a length known beforehand, and opens with another reader', async () => {
  const sink = await startSink()
  const { transfer } = setup()
  const file = archive(await members())
  const recorded = options()

  const sent = await transfer.send(file, targetAt(sink.url, file.size), recorded)

  const [put] = sink.puts
  expect(put?.headers['content-length']).toBe(String(file.size))
  expect(await filesInZip(put!.body)).toEqual(
    Object.fromEntries(Object.entries(contents).map(([path, content]) => [path, md5Of(content)])),
  )
  expect(sent.md5).toBe(md5Of(put!.body))
  expect(Object.fromEntries(sent.memberMd5s)).toEqual(await filesInZip(put!.body))
  expect(recorded.progress.at(-1)).toBe(file.size)
})

test('the same files give the same bytes, whether they are sent or only read', async () => {
  const sink = await startSink()
  const { transfer } = setup()
  const file = archive(await members())
  const sent = await transfer.send(file, targetAt(sink.url, file.size), options())
  expect((await transfer.digest(file, options())).md5).toBe(sent.md5)
  // this very value: an archive of an earlier release is recognised by it
  expect(sent.md5).toBe('f2e316daf858cba0945f7848542d4771')
})

test.each([
  ['source_checksum_differs', { checksum: sha256Of('other') }],
  ['source_size_differs', { size: 3 }],
  ['source_missing', { source: 'http://127.0.0.1/gone' }],
])('%s of a member names the member and the archive, and nothing becomes whole', async (code, change) => {
  const gone = await serve((_, response) => void response.writeHead(404).end())
  const [first, ...others] = await members({ ...contents, 'raw/z.csv': 'last' })
  const last = others.at(-1)!
  const wrong = { ...last, ...change, ...('source' in change ? { source: gone } : {}) }
  const sink = await startSink()
  const { transfer } = setup({ fileAttempts: 3 })
  const file = archive([first!, ...others.slice(0, -1), wrong])

  const failure = await failureOf(transfer.send(file, targetAt(sink.url, file.size), options()))

  expect(failure).toMatchObject({ code, details: { path: 'raw/z.csv', archive: 'raw.zip' } })
  expect(failure.message).toMatch(/"raw\.zip".*"raw\/z\.csv"/)
  await sink.ended()
  expect(sink.puts.filter((put) => put.isWhole)).toEqual([])
})

test('a failing member lets go of those that were opened ahead, whole or half arrived', async () => {
  const asked = Promise.withResolvers<void>()
  let halves = 0
  const half = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 300_000 }).write('half')
    halves += 1
    if (halves === 2) asked.resolve()
  })
  const late = await serve(async (_, response) => {
    response.writeHead(200, { 'content-length': 4 }).flushHeaders()
    await asked.promise
    // the others' answers are on their way for sure
    setTimeout(() => response.end('late'), 100)
  })
  const good = await members()
  const bad = sourceFile({ path: 'raw/a', size: 4, checksum: sha256Of('other'), source: late })
  const ahead = ['raw/b', 'raw/c'].map((path) => sourceFile({ path, size: 300_000, source: half }))
  const sink = await startSink()
  const { transfer } = setup()
  const file = archive([bad, ...ahead, good[1]!])
  const failure = await failureOf(transfer.send(file, targetAt(sink.url, file.size), options()))
  expect(failure.code).toBe('source_checksum_differs')
  await sink.ended()
})

test('a member that is unavailable for a moment starts the archive over', async () => {
  let asked = 0
  const flaky = await serve((_, response) => {
    asked += 1
    if (asked === 1) response.writeHead(503).end()
    else response.writeHead(200, { 'content-length': 4 }).end('last')
  })
  const all = [...(await members()), sourceFile({ path: 'raw/z.csv', size: 4, source: flaky })]
  const sink = await startSink()
  const { transfer, events } = setup({ fileAttempts: 2 })
  const file = archive(all)
  await transfer.send(file, targetAt(sink.url, file.size), options())
  expect(events).toMatchObject([{ kind: 'file.retry', path: 'raw.zip' }])
  expect(await readZip(sink.puts.at(-1)!.body)).toHaveLength(5)
})

test('thousands of members pass, few of them open at the same time', async () => {
  let open = 0
  let most = 0
  const source = await serve((_, response) => {
    open += 1
    most = Math.max(most, open)
    response.on('close', () => {
      open -= 1
    })
    response.writeHead(200, { 'content-length': 1 }).end('x')
  })
  const many = Array.from({ length: 2000 }, (_, index) => sourceFile({ path: `f/${index}`, size: 1, source }))
  const sink = await startSink()
  const { transfer } = setup()
  const file = archive(many)
  await transfer.send(file, targetAt(sink.url, file.size), options())
  expect(await readZip(sink.puts[0]!.body)).toHaveLength(2001)
  expect(most).toBeLessThanOrEqual(5)
})
