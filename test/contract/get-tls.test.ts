/** Are both GETs as careful about whom they speak with over TLS? */
import type { AddressInfo } from 'node:net'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { createServer, getCACertificates, setDefaultCACertificates, type TLSSocket, type TlsOptions } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { type Certificate, makeCertificate } from '../support/certificate.ts'
import { md5Of, serveRaw } from '../transfer/setup.ts'
import { getOutcome, openTransports, readAll } from './get-transports.ts'

const day = 24 * 3600 * 1000
const good = makeCertificate({ names: ['localhost'] })
const ofAddress = makeCertificate({ names: ['127.0.0.1'] })
const elsewhere = makeCertificate({ names: ['example.org'] })
const expired = makeCertificate({ names: ['localhost'], validTo: new Date(Date.now() - day / 2) })
const notYet = makeCertificate({ names: ['localhost'], validFrom: new Date(Date.now() + day / 2) })
const unknown = makeCertificate({ names: ['localhost'] })

const known = [good, ofAddress, elsewhere, expired, notYet].map(({ cert }) => cert)
setDefaultCACertificates([...getCACertificates('default'), ...known])

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'

/** A TLS server that answers each request. */
async function serveTls(
  certificate: Certificate,
  options: TlsOptions & { readonly respond?: (socket: TLSSocket) => unknown } = {},
) {
  const { respond = (socket) => socket.write(answer) } = options
  const seen = { requests: [] as string[], names: [] as unknown[], protocols: [] as unknown[], resumed: 0 }
  const sockets = new Set<TLSSocket>()
  const server = createServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'], ...options }, (socket) => {
    sockets.add(socket)
    seen.names.push(socket.servername)
    seen.protocols.push(socket.alpnProtocol)
    if (socket.isSessionReused()) seen.resumed += 1
    socket
      .on('error', () => {})
      .on('data', (text) => {
        seen.requests.push(String(text))
        respond(socket)
      })
  })
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await listening
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, seen }
}

const versions = ['TLSv1.2', 'TLSv1.3'] as const

test.each(versions)('over %s a server of the right name is read from, and told its name', async (maxVersion) => {
  const { port, seen } = await serveTls(good, { maxVersion })
  const { ours, undici, plain } = openTransports()

  const outcomes = [plain, ours.gets, undici.gets].map((gets) => getOutcome(gets, `https://localhost:${port}/`))

  expect(await Promise.all(outcomes)).toEqual(Array(3).fill(expect.objectContaining({ status: 200, body: 'abc' })))
  expect(new Set(seen.names)).toEqual(new Set(['localhost']))
  expect(new Set(seen.protocols)).toEqual(new Set(['http/1.1']))
})

test('an address is no name to tell, and its certificate has to hold it', async () => {
  const { port, seen } = await serveTls(ofAddress)
  const { ours, undici, plain } = openTransports()

  for (const gets of [plain, ours.gets, undici.gets]) {
    expect(await getOutcome(gets, `https://127.0.0.1:${port}/`)).toMatchObject({ body: 'abc' })
  }
  expect(new Set(seen.names)).toEqual(new Set([false]))
})

test.each([
  ['of somebody unknown', 'localhost', unknown, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that has expired', 'localhost', expired, 'CERT_HAS_EXPIRED'],
  ['that is not valid yet', 'localhost', notYet, 'CERT_NOT_YET_VALID'],
  ['of another name', 'localhost', elsewhere, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['of a name in place of the address', '127.0.0.1', good, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('with a certificate %s no request is sent, however often', async (_, host, certificate, code) => {
  for (const maxVersion of versions) {
    const { port, seen } = await serveTls(certificate, { maxVersion })
    const { ours, undici, plain } = openTransports()

    const errors = []
    for (const gets of [plain, ours.gets, undici.gets, plain, ours.gets, undici.gets]) {
      const asked = gets.get(new URL(`https://${host}:${port}/`), {}, new AbortController().signal)
      errors.push(await asked.catch((error: unknown) => error))
    }

    expect(errors).toEqual(Array(6).fill(expect.objectContaining({ code })))
    expect(seen.requests).toEqual([])
  }
})

test('a server that speaks no TLS is not understood', async () => {
  const origin = await serveRaw((socket) => socket.on('data', () => socket.write(answer)))
  const { ours, undici } = openTransports()

  for (const { gets } of [ours, undici]) {
    expect(await getOutcome(gets, origin.replace('http', 'https'))).toBe('no answer')
  }
})

test('a body cut over TLS is cut for both', async () => {
  const { port } = await serveTls(good, { respond: (socket) => socket.end(answer.slice(0, -1)) })
  const { ours, undici } = openTransports()

  for (const { gets } of [ours, undici]) {
    expect(await getOutcome(gets, `https://localhost:${port}/`)).toMatchObject({ body: 'cut' })
  }
})

test('a new connection goes on with the session of the last one', async () => {
  const closing = answer.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
  const { port, seen } = await serveTls(good, { respond: (socket) => socket.end(closing) })
  const { plain } = openTransports()

  for (let turn = 0; turn < 3; turn += 1) {
    expect(await getOutcome(plain, `https://localhost:${port}/`)).toMatchObject({ body: 'abc' })
  }

  expect(seen).toMatchObject({ resumed: 2, names: ['localhost', 'localhost', 'localhost'] })
})

test('of many records nothing is lost while nobody reads', async () => {
  const bytes = Buffer.alloc(5_000_003, 'The quick brown fox jumps over the lazy dog. ')
  const { port } = await serveTls(good, {
    respond: (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`)
      socket.write(bytes)
    },
  })
  const { plain } = openTransports()

  for (const size of [1 << 20, 300_000, 16_385]) {
    const answer = await plain.get(new URL(`https://localhost:${port}/`), {}, new AbortController().signal)
    const read = async (into: Uint8Array) => {
      await eventLoopTurn()
      return answer?.read(into) ?? 0
    }
    expect(md5Of(await readAll({ read }, new Uint8Array(size)))).toBe(md5Of(bytes))
  }
})
