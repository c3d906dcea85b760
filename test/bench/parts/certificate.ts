/** How do source and sink speak TLS? With a throwaway certificate that clients are told to trust by the variables they read. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Identity } from './loopback-server.ts'

const run = promisify(execFile)

/** @throws when openssl is not installed. */
export async function makeIdentity(folder: string): Promise<Identity> {
  const identity = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const name = ['-subj', '/CN=zenodo-replicator-bench', '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await run('openssl', [...kind, ...name, '-keyout', identity.key, '-out', identity.cert])
  return identity
}

/** Node.js, curl and python-requests each look at one of these. */
export function trusting({ cert }: Identity): Readonly<Record<string, string>> {
  return { NODE_EXTRA_CA_CERTS: cert, CURL_CA_BUNDLE: cert, REQUESTS_CA_BUNDLE: cert }
}
