/** Are objects of S3 read through the SDK's own settings? Against a small server that speaks enough of the protocol. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { failureOf, md5Of, options, serve, setup, sourceFile, startSink, targetAt } from './setup.ts'

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`

afterEach(() => {
  vi.unstubAllEnvs()
})

async function startS3(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const endpoint = await serve(handler)
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'dummy')
  return setup()
}

test('an object is fetched with a signed request and sent', async () => {
  const asked: string[] = []
  const { transfer } = await startS3((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    expect(request.headers.authorization).toContain('AKIDEXAMPLE')
    response.writeHead(200, { 'content-length': 3 }).end('abc')
  })
  const sink = await startSink()
  const file = sourceFile({ source: 's3://my.bucket/v3/data/a b#1.csv', size: 3, checksum: `md5:${md5Of('abc')}` })

  await expect(transfer.send(file, targetAt(sink.url, 3), options())).resolves.toMatchObject({ md5: md5Of('abc') })

  expect(asked).toEqual(['GET /my.bucket/v3/data/a%20b%231.csv'])
  expect(sink.puts[0]?.body.toString()).toBe('abc')
})

test.each([
  [404, 'NoSuchKey', 'source_missing'],
  [403, 'AccessDenied', 'source_missing'],
  [503, 'SlowDown', 'source_unavailable'],
])('an answer of %i %s is %s', async (status, name, code) => {
  let asked = 0
  const { transfer } = await startS3((_, response) => {
    asked += 1
    response.writeHead(status, { 'content-type': 'application/xml' }).end(error(name))
  })

  const failure = await failureOf(transfer.digest(sourceFile({ source: 's3://bucket/key', size: 3 }), options()))

  expect(failure.code).toBe(code)
  expect(failure.message).toContain(name)
  expect(asked).toBe(1)
})

test('an object of another size is refused, and a cut one is tried again later', async () => {
  const { transfer } = await startS3((request, response) => {
    response.writeHead(200, { 'content-length': 3 })
    if (request.url?.includes('cut')) response.write('a', () => response.destroy())
    else response.end('abc')
  })
  const target = targetAt('http://127.0.0.1:1', 4)
  const bigger = await failureOf(transfer.send(sourceFile({ source: 's3://bucket/key', size: 4 }), target, options()))
  const cut = await failureOf(transfer.digest(sourceFile({ source: 's3://bucket/cut', size: 3 }), options()))

  expect([bigger.code, cut.code]).toEqual(['source_size_differs', 'source_unavailable'])
  expect(target.admissions()).toBe(0)
})

test('a stalled object is given up', async () => {
  await startS3((_, response) => void response.writeHead(200, { 'content-length': 3 }).write('a'))
  const { transfer } = setup({ stallMs: 200 })

  const failure = await failureOf(transfer.digest(sourceFile({ source: 's3://bucket/key', size: 3 }), options()))

  expect(failure.code).toBe('transfer_stalled')
})

test('a source without a key is refused', async () => {
  const { transfer } = await startS3((_, response) => void response.end())

  const failure = await failureOf(transfer.digest(sourceFile({ source: 's3://bucket/' }), options()))

  expect(failure.code).toBe('source_not_allowed')
})

test.each([
  's3://',
  's3://bucket',
  's3://user:pass@bucket/key',
  's3://bucket:80/key',
  's3://[::1]/key',
  's3:///key',
  's3:bucket/key',
  's3://a b/key',
  's3://b%2Fc/key',
])('%s is no address of an object, and nobody is asked', async (source) => {
  let asked = 0
  const { transfer } = await startS3((_, response) => {
    asked += 1
    response.end()
  })

  const failure = await failureOf(transfer.digest(sourceFile({ source, size: 3 }), options()))

  expect(failure.code).toBe('source_not_allowed')
  expect(failure.message).not.toContain('pass@')
  expect(asked).toBe(0)
})

test('an object that was stored packed is taken as it is stored', async () => {
  const { transfer } = await startS3((_, response) => {
    response.writeHead(200, { 'content-length': 3, 'content-encoding': 'gzip' }).end('abc')
  })

  await expect(transfer.digest(sourceFile({ source: 's3://bucket/key', size: 3 }), options())).resolves.toMatchObject({
    md5: md5Of('abc'),
  })
})

test.each([301, 302, 307])(
  'a redirect (%i) leads nowhere but to another region of the same endpoint',
  async (status) => {
    let visits = 0
    const inside = await serve((_, response) => {
      visits += 1
      response.writeHead(200, { 'content-length': 3 }).end('abc')
    })
    const { transfer } = await startS3((_, response) => {
      const region = new URL(inside).host
      response
        .writeHead(status, { location: `${inside}/x`, 'x-amz-bucket-region': `${region}/#` })
        .end(error('PermanentRedirect'))
    })

    const failure = await failureOf(transfer.digest(sourceFile({ source: 's3://bucket/key', size: 3 }), options()))

    expect(failure.code).toMatch(/^source_/)
    expect(visits).toBe(0)
  },
)
