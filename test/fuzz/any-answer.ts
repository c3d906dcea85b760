/** What could come as an answer over HTTP? Heads and bodies of every kind, from quite right to no HTTP at all. */
import fc from 'fast-check'

const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(200, 201, 202, 204) },
  { weight: 4, arbitrary: fc.constantFrom(400, 401, 403, 404, 405, 409, 410, 412, 413, 429) },
  { weight: 2, arbitrary: fc.constantFrom(500, 502, 503, 504) },
  fc.constantFrom(206, 301, 302, 304, 307, 308, 418),
  fc.integer({ min: 200, max: 999 }),
)

const types = fc.constantFrom(
  'application/json',
  'application/vnd.inveniordm.v1+json',
  'application/json; charset=utf-16',
  'text/html',
  'application/octet-stream',
  '',
)

/** Of the headers that ask us to wait, `waiting` is what comes: how long is another test's, and would only take its time. */
const waiting = 'Retry-After: 0'
const line = fc.oneof(
  fc.constantFrom(
    'X-RateLimit-Limit: 1e9',
    'X-RateLimit-Limit: -1',
    'X-RateLimit-Limit: x',
    'X-RateLimit-Remaining: NaN',
    'Date: never',
  ),
  fc.constantFrom(
    'Location: /',
    'Location: http://[',
    'Location: //evil.example/x',
    'Location: javascript:x',
    'Location:',
  ),
  fc.constantFrom('Set-Cookie: a=b', 'X-Request-Id: \u00ff\u0001x', 'Content-Encoding: gzip', 'Content-Encoding: x'),
  fc.constantFrom(
    'Transfer-Encoding: gzip',
    'Content-Length: 5',
    'Connection: close',
    'Upgrade: h2c',
    'Trailer: X',
    ': x',
    'x',
    ' y',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
)

/** The bytes of an answer, after which the connection ends. */
export function anyAnswer(body: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const right = fc.tuple(statuses, types, fc.array(line, { maxLength: 2 }), body).map(([status, type, lines, text]) => {
    const length = `Content-Length: ${Buffer.byteLength(text)}`
    return Buffer.from(
      [`HTTP/1.1 ${status} X`, `Content-Type: ${type}`, waiting, length, ...lines, '', text].join('\r\n'),
    )
  })
  const plain = fc.tuple(statuses, body).map(([status, text]) => {
    const head = `HTTP/1.1 ${status} X\r\n${waiting}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`
    return Buffer.from(`${head}\r\n\r\n${text}`)
  })
  const cut = fc.tuple(right, fc.nat()).map(([whole, at]) => whole.subarray(0, at % (whole.length + 1)))
  const turned = fc.tuple(right, fc.nat(), fc.nat({ max: 255 })).map(([whole, at, value]) => {
    whole[at % whole.length] = value
    return whole
  })
  const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some))
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 3, arbitrary: right },
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: turned },
    bytes,
  )
}

/** What a server sends that answers each request with the next of these, and ends the connection. */
export function answersOf(answers: readonly Buffer[]): () => Buffer {
  let turn = 0
  return () => {
    turn += 1
    return answers[(turn - 1) % answers.length] ?? Buffer.alloc(0)
  }
}
