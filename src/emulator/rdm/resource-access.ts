/** What does a resource access token in the query allow? As Zenodo reads it (invenio-rdm-records, tokens/resource_access.py and utils.py). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { tokenWithId } from '../accounts.ts'
import { HttpError } from '../http-answer.ts'
import { isObject } from '../metadata/field-reader.ts'
import type { RequestContext } from '../request-context.ts'

const lifetimeSeconds = 30 * 60

/** To read one file of a draft of the account that signed. */
interface ResourceAccess {
  readonly signer: number
  readonly record: string
  readonly file: string
}

type Json = Readonly<Record<string, unknown>>

/**
 * @returns null also for a token that cannot be read or is signed with another secret: that one is passed over
 * @throws HttpError 400 for one of an unknown signer, one that is too old, and one that is about something else
 */
export function resourceAccess(context: RequestContext): ResourceAccess | null {
  const atZenodo = context.settings.repository === 'zenodo'
  const token = context.query.get(atZenodo ? 'token' : 'resource_access_token') ?? ''
  const [head, body, signature = ''] = token.split('.')
  const [header, payload] = [parsed(head), parsed(body)]
  if (header === null || payload === null) return null
  const signer = signerOf(context, header)
  const expected = createHmac('sha256', signer.token).update(`${head}.${body}`).digest()
  if (header.alg !== 'HS256' || !same(expected, Buffer.from(signature, 'base64url'))) return null
  const { [atZenodo ? 'deposit_id' : 'record_id']: record, file, access, ...unknown } = subjectOf(payload)
  if (record === undefined || Object.keys(unknown).length > 0) {
    throw new HttpError(400, 'The resource access token subject is invalid.')
  }
  return access === 'read' ? { signer: signer.account.id, record: String(record), file: String(file) } : null
}

function signerOf({ settings, store: { ledger } }: RequestContext, { kid }: Json) {
  if (typeof kid !== 'string' || kid === '') {
    throw new HttpError(400, 'Missing "kid" key with personal access token ID in JWT header of resource access token.')
  }
  if (!/^\d+$/.test(kid)) {
    const text = '"kid" JWT header value of resource access token not a valid personal access token ID.'
    throw new HttpError(400, text)
  }
  const signer = tokenWithId({ settings, ledger }, Number(kid))
  if (!signer?.account.scopes.includes('tokens:generate')) throw invalid()
  return signer
}

function subjectOf({ iat, sub }: Json): Json {
  const now = Date.now() / 1000
  if (typeof iat !== 'number' || iat > now || !isObject(sub)) throw invalid()
  if (iat + lifetimeSeconds < now) throw new HttpError(400, 'The resource access token is expired.')
  return sub
}

function invalid(): HttpError {
  return new HttpError(400, 'The resource access token is invalid.')
}

function parsed(part = ''): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
