/** How is a message posted to the repository? Signed as Standard Webhooks says; any 2xx is a yes, and redirects are not followed. */
import type { LookupFunction } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { Agent } from 'undici'
import { longestWishMs } from '../core/delivery.ts'
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { Attempt, StoredMessage } from '../replication/ports/outbox.ts'

export interface WebhookSettings {
  readonly url: string
  /** The one, or the new and the old with a space between. Asked at each message. */
  readonly secrets: () => string
  readonly timeoutMs: number
  readonly userAgent: string
  /** Null: any address may be reached. */
  readonly guard: AddressGuard | null
}

interface AddressGuard {
  /** @throws when the address may not be reached */
  readonly requireAllowed: (url: URL) => void
  readonly lookup: LookupFunction
}

type Posted = Pick<StoredMessage, 'key' | 'kind' | 'createdAt' | 'payload'>

export interface WebhookSender {
  /** @throws only when the signal aborts */
  send(message: Posted, signal: AbortSignal): Promise<Attempt>
  close(): Promise<void>
}

/** Of what a receiver answers, what people are shown; more is not read. */
const mostRead = 2048
const mostShown = 300

export function createWebhookSender(settings: WebhookSettings): WebhookSender {
  const { url, timeoutMs, guard } = settings
  const connect = { timeout: timeoutMs, ...(guard === null ? {} : { lookup: guard.lookup }) }
  const agent = new Agent({ allowH2: false, connect, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  return {
    async send(message, signal) {
      const limit = AbortSignal.timeout(timeoutMs)
      try {
        const target = new URL(url)
        guard?.requireAllowed(target)
        return await post(target, message, { agent, settings, signal: AbortSignal.any([signal, limit]) })
      } catch (error) {
        signal.throwIfAborted()
        const why = limit.aborted ? `it did not answer within ${timeoutMs / 1000} s` : inWords(error)
        const failure = new Failure('receiver_unavailable', `${placeOf(url)} cannot be reached: ${why}.`, {
          cause: error,
        })
        return { kind: 'failed', failure, status: null }
      }
    },
    close: () => agent.destroy(),
  }
}

interface Post {
  readonly agent: Agent
  readonly settings: WebhookSettings
  readonly signal: AbortSignal
}

async function post(target: URL, message: Posted, { agent, settings, signal }: Post): Promise<Attempt> {
  const body = JSON.stringify({ type: message.kind, timestamp: message.createdAt, data: message.payload })
  const {
    statusCode,
    headers,
    body: answer,
  } = await agent.request({
    origin: target.origin,
    path: target.pathname + target.search,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': settings.userAgent,
      ...signed(message.key, body, settings.secrets()),
    },
    body,
    signal,
  })
  // the status says it all: a body that never ends, or breaks off, changes nothing
  if (statusCode >= 200 && statusCode < 300) {
    answer.on('error', () => {}).destroy()
    return { kind: 'delivered', status: statusCode }
  }
  const said = await firstOf(answer)
  return { kind: 'failed', status: statusCode, failure: refusal(settings.url, { statusCode, headers, said }) }
}

/** The time is that of the attempt, so that nobody can send an old one again. */
function signed(key: string, body: string, secrets: string): Record<string, string> {
  const at = new Date()
  const signatures = secrets.split(/\s+/).map((secret) => new Webhook(secret).sign(key, at, body))
  return {
    'webhook-id': key,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}

type Body = Awaited<ReturnType<Agent['request']>>['body']

async function firstOf(body: Body): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(Buffer.from(chunk))
      length += chunks.at(-1)?.length ?? 0
      if (length >= mostRead) break
    }
  } catch {
    // what came so far is told
  }
  body.on('error', () => {}).destroy()
  const text = Buffer.concat(chunks).subarray(0, mostRead).toString().replace(/\s+/g, ' ').trim()
  return redact(text, mostShown)
}

/** What the receiver's front end answers for it says nothing about the message. */
const overloaded: readonly number[] = [429, 502, 503, 504]

interface Refusal {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly said: string
}

function refusal(url: string, { statusCode, headers, said }: Refusal): Failure {
  const where = placeOf(url)
  if (statusCode === 410) return new Failure('receiver_gone', `${where} answered 410: it wants no more messages.`)
  const moved = statusCode >= 300 && statusCode < 400 ? ', a redirect, which is not followed' : ''
  const words = `${where} answered ${statusCode}${moved}${said === '' ? '' : `: ${said}`}`
  const code = overloaded.includes(statusCode) ? 'receiver_unavailable' : 'message_refused'
  return new Failure(code, words, retryAfterMs(headers['retry-after'], { longestMs: longestWishMs, now: Date.now() }))
}

/** Never the whole address, which may hold a secret in its path. */
function placeOf(url: string): string {
  return new URL(url).host
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of this name',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about',
  UND_ERR_HEADERS_OVERFLOW: 'its answer has too many headers',
  source_not_allowed: 'its address is not a public one, see webhook.allowPrivateAddresses',
}

function inWords(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  return reasons[code ?? ''] ?? redact(`${code ?? ''} ${message ?? 'no reason given'}`.trim(), mostShown)
}
