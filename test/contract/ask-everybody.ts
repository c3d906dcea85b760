/**
 * Which ways out of the service are there? Each is gone once, from a process of its own: what the environment says of proxies is
 * read when a process starts. Prints what came of each. Arguments: origins of an HTTP and of an HTTPS server.
 */
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { createPlainGets } from '../../src/transfer/plain-get.ts'
import { createS3Sources } from '../../src/transfer/s3-source.ts'
import { createTransfer } from '../../src/transfer/transfer.ts'
import { createUndiciGets } from '../../src/transfer/undici-get.ts'
import { createConnections } from '../../src/zenodo/connections.ts'

const origins = process.argv.slice(2)
const { signal } = new AbortController()
const settings = { connectMs: 5000 }
const told: Record<string, unknown> = {}

const gets = { plain: createPlainGets(settings), ours: createHttpGets(settings), undici: createUndiciGets(settings) }
for (const origin of origins) {
  for (const [name, { get }] of Object.entries(gets)) {
    const answer = await get(new URL(`${origin}/file`), {}, signal)
    const into = new Uint8Array(100)
    told[`${name} ${origin}`] = answer && [
      answer.status,
      Buffer.from(into.subarray(0, await answer.read(into))).toString(),
    ]
  }
  const zenodo = createConnections(5000, () => {})
  const { statusCode, body } = await (await zenodo.dispatcher()).request({ origin, path: '/api', method: 'GET' })
  told[`call ${origin}`] = [statusCode, await body.text()]
  await zenodo.close()

  const transfer = createTransfer({
    ...{ fileRoots: [], allowPrivateAddresses: true, stallMs: 5000, fileAttempts: 1, retryBaseMs: 1 },
    ...{ userAgent: 'test', emit: () => {} },
  })
  const accept = async ({ status, body: text }: { status: number; body: string }) => {
    told[`upload ${origin}`] = [status, text]
    return { size: 3, md5: '900150983cd24fb0d6963f7d28e17f72' }
  }
  const target = { url: `${origin}/bucket`, headers: { 'content-length': '3' }, admit: async () => {}, accept }
  const file = { path: 'a.csv', size: 3, checksum: null, fileRoot: null, source: `${origin}/file` }
  await transfer.send(file, target, { signal, onProgress: () => {}, guard: () => {} })
  await transfer.close()
}
const s3 = createS3Sources()
const object = { path: 'a.csv', size: 3, checksum: null, fileRoot: null, source: 's3://bucket/key' }
const opened = await s3.open(object, signal)
const into = new Uint8Array(100)
told.s3 = [200, Buffer.from(into.subarray(0, await opened.read(into))).toString()]
await Promise.all([s3.close(), ...Object.values(gets).map((one) => one.close())])
process.stdout.write(JSON.stringify(told))
