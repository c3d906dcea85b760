/** Does anything of an upload arrive that we gave up, out of what the system still held of it? */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../support/certificate.ts'
import { endless } from './raw-http.ts'
import { options, setup, sourceFile, targetAt } from './setup.ts'

const size = 1_000_000_000
const certificate = makeCertificate({ names: ['localhost'] })
setDefaultCACertificates([...getCACertificates('default'), certificate.cert])

/** A target that reads nothing until it is told to, and then tells how much it read until the connection ended. */
async function startSlowTarget(secure: boolean) {
  const taken = Promise.withResolvers<Socket>()
  const onSocket = (socket: Socket) => taken.resolve(socket.on('error', () => {}))
  const server = secure ? createTlsServer(certificate, onSocket) : createServer(onSocket)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const readAll = async () => {
    const socket = await taken.promise
    let read = 0
    socket.on('data', (part: Buffer) => {
      read += part.length
    })
    // not events.once: a reset raises an error first
    await new Promise((resolve) => socket.on('close', resolve))
    return read
  }
  return { url: `${secure ? 'https' : 'http'}://localhost:${port}`, taken: taken.promise, readAll }
}

test.each([
  ['plain', false],
  ['TLS', true],
])('over %s, an upload that is given up takes along what was not sent yet', async (_name, secure) => {
  const target = await startSlowTarget(secure)
  const { transfer } = setup()
  const controller = new AbortController()
  const { progress, ...others } = options({ signal: controller.signal })
  const source = await endless(size)
  const sending = transfer.send(sourceFile({ source, size }), targetAt(target.url, size), others)
  sending.catch(() => {})
  await target.taken
  // until nothing more fits into the buffers of both systems
  for (let before = -1; progress.at(-1) !== before || before === undefined; await delay(300))
    before = progress.at(-1) ?? -1
  controller.abort(new Error('the lease is lost'))
  await expect(sending).rejects.toThrow('the lease is lost')
  expect(await target.readAll()).toBeLessThan((progress.at(-1) ?? 0) - 1_000_000)
})
