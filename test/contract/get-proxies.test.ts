/** Does the service go straight to where it is told to, whatever the environment says of proxies? */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../support/certificate.ts'
import { serve, serveRaw } from '../transfer/setup.ts'

const script = fileURLToPath(new URL('ask-everybody.ts', import.meta.url))
const answer = (
  _request: unknown,
  response: { end(text: string): unknown; setHeader(...header: [string, string]): unknown },
) => {
  response.setHeader('content-length', '3')
  response.end('abc')
}

async function serveTls() {
  const certificate = makeCertificate({ names: ['localhost'] })
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-proxies-'))
  const authority = join(folder, 'authority.pem')
  await writeFile(authority, certificate.cert)
  const server = createServer(certificate, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  })
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, authority }
}

test('no way out of the service goes through a proxy of the environment, by neither of the GETs nor by calls, uploads and S3', async () => {
  let asked = 0
  const proxy = await serveRaw((socket) => {
    asked += 1
    socket.destroy()
  })
  const plain = await serve(answer)
  const { origin: secure, authority } = await serveTls()
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
  const env = {
    ...Object.fromEntries(names.map((name) => [name, proxy])),
    ...{ NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: authority },
    ...{
      AWS_ENDPOINT_URL_S3: plain,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  }
  const { stdout } = await promisify(execFile)(process.execPath, [script, plain, secure], { env })

  const ways = ['plain', 'ours', 'undici', 'call', 'upload'].flatMap((way) => [`${way} ${plain}`, `${way} ${secure}`])
  expect(JSON.parse(stdout)).toEqual(Object.fromEntries([...ways, 's3'].map((way) => [way, [200, 'abc']])))
  expect(asked).toBe(0)
  // the environment is such that what heeds it would have gone there
  const fetched = promisify(execFile)(process.execPath, ['--eval', `await fetch(${JSON.stringify(plain)})`], { env })
  await expect(fetched).rejects.toThrow()
  expect(asked).toBeGreaterThan(0)
})
