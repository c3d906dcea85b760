/** By which address is a file downloaded by somebody who has no account? A published one by anybody, one of a draft with a token that ends. */
import { createHmac } from 'node:crypto'
import type { DepositionId } from '../core/copy.ts'
import { apiRoot } from './addresses.ts'

/** Zenodo takes a token for so long (invenio-rdm-records, `RDM_RESOURCE_ACCESS_TOKENS_JWT_LIFETIME`). */
const lifetimeMs = 30 * 60_000

interface FileThere {
  readonly deposition: DepositionId
  readonly name: string
}

/** The personal access token that signs; Zenodo looks it up by its id. It needs the scope `tokens:generate`. */
interface Signer {
  readonly tokenId: number
  readonly token: string
}

export function publicFileLink(baseUrl: string, { deposition, name }: FileThere): string {
  return `${apiRoot(baseUrl)}/records/${deposition}/files/${encodeURIComponent(name)}/content`
}

/**
 * A link with a resource access token: a JWT for this one file (invenio-rdm-records, tokens/resource_access.py). Zenodo's subject
 * names the record `deposit_id` (zenodo-rdm, `RATSubjectSchema`), and its token comes as `token`; those of other repositories are
 * InvenioRDM's.
 */
export function privateFileLink(
  baseUrl: string,
  { deposition, name }: FileThere,
  signer: Signer,
  now = Date.now(),
): { readonly url: string; readonly expiresAt: string } {
  const atZenodo = typeof deposition === 'number'
  const issued = Math.floor(now / 1000)
  const sub = { [atZenodo ? 'deposit_id' : 'record_id']: String(deposition), file: name, access: 'read' }
  const token = signed({ iat: issued, sub }, signer)
  const address = `${apiRoot(baseUrl)}/records/${deposition}/draft/files/${encodeURIComponent(name)}/content`
  const url = `${address}?${atZenodo ? 'token' : 'resource_access_token'}=${token}`
  return { url, expiresAt: new Date(issued * 1000 + lifetimeMs).toISOString() }
}

/** RFC 7519 with HS256. */
function signed(payload: object, { tokenId, token }: Signer): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT', kid: String(tokenId) })}.${part(payload)}`
  return `${text}.${createHmac('sha256', token).update(text).digest('base64url')}`
}
