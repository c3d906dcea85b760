/** What does a web source have to answer before a single byte goes to Zenodo? */
import { expect, onTestFinished, test } from 'vitest'
import { createAddressGuard } from '../../src/transfer/address-guard.ts'
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { openHttpSource } from '../../src/transfer/http-source.ts'
import { failureOf, options, serve, serveBytes, setup, sourceFile, startSink, targetAt } from './setup.ts'

const xml = '<Error><Code>AccessDenied</Code></Error>'

async function sendFrom(source: string, changes: { path?: string; size?: number } = {}) {
  const sink = await startSink()
  const file = sourceFile({ source, size: xml.length, ...changes })
  const { transfer } = setup()
  const target = targetAt(sink.url, file.size)
  const failure = await failureOf(transfer.send(file, target, options()))
  return { failure, puts: sink.puts, admissions: target.admissions() }
}

test.each([
  [401, 'source_missing'],
  [403, 'source_missing'],
  [404, 'source_missing'],
  [410, 'source_missing'],
  [400, 'source_missing'],
  [202, 'source_unavailable'],
  [429, 'source_unavailable'],
  [500, 'source_unavailable'],
  [503, 'source_unavailable'],
])('a source that answers %i with an error page is %s, and nothing of the page is sent', async (status, code) => {
  const source = await serve((_, response) => void response.writeHead(status, { 'retry-after': '7' }).end(xml))

  const { failure, puts } = await sendFrom(`${source}/table.csv?X-Amz-Signature=secret`)

  expect(failure.code).toBe(code)
  expect(failure.message).toContain('table.csv')
  expect(failure.message).toContain(`${status}`)
  expect(failure.retryAfterMs).toBe(7000)
  expect(JSON.stringify([failure.message, failure.details])).not.toContain('secret')
  expect(puts).toEqual([])
})

test.each(['999999999', 'Fri, 31 Dec 9999 23:59:59 GMT', 'Sat, 13 Sep 275760 00:00:00 GMT'])(
  'a source that wants to be asked again in a thousand years (%s) is asked again in an hour',
  async (wish) => {
    const source = await serve((_, response) => void response.writeHead(503, { 'retry-after': wish }).end())

    const { failure } = await sendFrom(source)

    expect(failure).toMatchObject({ code: 'source_unavailable', retryAfterMs: 3_600_000 })
  },
)

test('the connection of a refused source is ended', async () => {
  const ended = Promise.withResolvers<void>()
  const source = await serve((_, response) => {
    // an error page that never ends
    response.on('close', ended.resolve).writeHead(404).write(xml)
  })

  const { failure } = await sendFrom(source)

  expect(failure.code).toBe('source_missing')
  await ended.promise
})

test('a web page in place of a data file is refused', async () => {
  const source = await serveBytes(xml, { 'content-type': 'text/html; charset=utf-8' })

  const { failure, puts } = await sendFrom(source, { path: 'analysis.R' })

  expect(failure.code).toBe('source_wrong_type')
  expect(puts).toEqual([])
})

test('a web page that is meant to be one is taken', async () => {
  const { transfer } = setup()
  const source = await serveBytes(xml, { 'content-type': 'text/html' })

  const file = sourceFile({ source, path: 'report.HTML', size: xml.length })

  await expect(transfer.digest(file, options())).resolves.toHaveProperty('md5')
})

test('plain bytes are asked for, and an encoded answer is refused', async () => {
  let asked: string | undefined
  const source = await serve((request, response) => {
    asked = request.headers['accept-encoding']
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': xml.length }).end(xml)
  })

  const { failure, puts } = await sendFrom(source)

  expect(asked).toBe('identity')
  expect(failure.code).toBe('source_wrong_type')
  expect(puts).toEqual([])
})

test('a Content-Length other than the promised size is refused before sending', async () => {
  const { failure, admissions } = await sendFrom(await serveBytes('x'.repeat(10)), { size: 9 })

  expect(failure.code).toBe('source_size_differs')
  expect(failure.details).toMatchObject({ found: 10, promised: 9 })
  expect(admissions).toBe(0)
})

test('a source that cannot be reached is tried again later', async () => {
  const { failure, puts } = await sendFrom('http://127.0.0.1:1/table.csv')

  expect(failure.code).toBe('source_unavailable')
  expect(puts).toEqual([])
})

test('redirects are followed, also relative ones to another path', async () => {
  const final = await serveBytes('abc')
  const first = await serve((request, response) => {
    const location = request.url === '/start?key=1' ? '/next' : `${final}/table.csv?signature=1`
    response.writeHead(302, { location }).end('moved')
  })
  const { transfer } = setup()

  const file = sourceFile({ source: `${first}/start?key=1`, size: 3 })

  await expect(transfer.digest(file, options())).resolves.toHaveProperty('md5')
})

test('redirects in a circle end after ten hops', async () => {
  let asked = 0
  const source = await serve((_, response) => {
    asked += 1
    response.writeHead(301, { location: '/again' }).end()
  })

  const { failure } = await sendFrom(source)

  expect(failure.code).toBe('source_missing')
  expect(asked).toBe(11)
})

test.each([
  ['https://127.0.0.1/secret', '127.0.0.1'],
  ['https://[::ffff:10.0.0.1]/', '[::ffff:a00:1]'],
  ['http://example.org/', 'plain http:'],
  ['https://user:password@example.org/', 'user name or password'],
  ['file:///etc/passwd', 'file:'],
])('a redirect to %s is refused', async (location, reason) => {
  const first = await serve((_, response) => void response.writeHead(302, { location }).end())
  const real = createAddressGuard({ allowPrivateAddresses: false })
  // the first hop is on loopback, as no test server can be public; the guard judges the second
  const guard = {
    ...real,
    requireAllowed: (url: URL, path: string) => url.origin === first || real.requireAllowed(url, path),
  }
  const gets = createHttpGets({ connectMs: 10_000 })
  onTestFinished(() => gets.close())

  const sources = { gets, guard: guard as typeof real, userAgent: 'test' }
  const failure = await failureOf(openHttpSource(sourceFile({ source: first }), sources, new AbortController().signal))

  expect(failure.code).toBe('source_not_allowed')
  expect(failure.message).toContain(reason)
  expect(failure.message).not.toContain('password@')
})
