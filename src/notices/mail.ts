/** How does a mail leave? Over SMTP, in plain text and simple HTML; an incident and its all-clear stand in one thread. */
import { createTransport, type SendMailOptions } from 'nodemailer'
import { h } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { Failure } from '../core/failure.ts'
import { type MailWords, mailWords } from '../core/mail-words.ts'
import { redact } from '../core/redact.ts'
import type { Attempt, StoredMessage } from '../replication/ports/outbox.ts'

export interface MailSettings {
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'implicit' | 'none'
  readonly user: string
  /** Asked at each mail. */
  readonly password: () => string
  readonly from: string
  readonly to: readonly string[]
  readonly links: string
}

type Mail = Pick<StoredMessage, 'key' | 'kind' | 'payload'>

const timeoutMs = 30_000
const refusals: readonly string[] = ['EENVELOPE', 'EMESSAGE']

/** @throws only when the signal aborts; what is under way then goes on, and may arrive */
export async function sendMail(settings: MailSettings, mail: Mail, signal: AbortSignal): Promise<Attempt> {
  try {
    await whileWanted(deliver(settings, mail), signal)
    return { kind: 'delivered', status: null }
  } catch (error) {
    signal.throwIfAborted()
    const { responseCode, code: reason } = error as { readonly responseCode?: number; readonly code?: string }
    // what the server says for good about this mail, or those it is for; all else is about the server
    const isRefused = refusals.includes(reason ?? '') && (responseCode ?? 0) >= 500
    const code = isRefused ? 'message_refused' : 'receiver_unavailable'
    const words = `The mail server ${settings.host} did not take a mail: ${inWords(error)}.`
    return { kind: 'failed', failure: new Failure(code, words, { cause: error }), status: responseCode ?? null }
  }
}

/** Connects and signs in, and sends nothing. @throws Failure `receiver_unavailable` */
export async function probeMailServer(settings: MailSettings): Promise<void> {
  const transport = transportOf(settings)
  try {
    await transport.verify()
  } catch (cause) {
    const words = `The mail server ${settings.host} cannot be used: ${inWords(cause)}.`
    throw new Failure('receiver_unavailable', words, { cause })
  } finally {
    transport.close()
  }
}

async function deliver(settings: MailSettings, mail: Mail): Promise<void> {
  const transport = transportOf(settings)
  try {
    await transport.sendMail(composed(settings, mail))
  } finally {
    transport.close()
  }
}

async function whileWanted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const end = () => reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', end)
    work.catch(() => undefined)
  }
}

function transportOf({ host, port, tls, user, password }: MailSettings) {
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password() } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function composed({ from, to, links }: MailSettings, mail: Mail): SendMailOptions {
  const words = mailWords(mail.kind, mail.payload, links)
  const id = (name: string) => `<${name}@${domainOf(from)}>`
  return {
    from,
    to: [...to],
    subject: words.subject,
    text: asText(words),
    html: asHtml(words),
    ...threadOf(mail, id),
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** The same id at each attempt, so that a mail that comes twice is known for one. */
function threadOf({ key, kind, payload }: Mail, id: (name: string) => string) {
  const { incidentId, openedAt } = payload as { readonly incidentId?: number; readonly openedAt?: string }
  if (incidentId === undefined) return { messageId: id(key) }
  const opened = id(`incident-${incidentId}-${String(openedAt).replace(/\D/g, '')}`)
  if (kind === 'incident.opened') return { messageId: opened }
  return { messageId: id(key), inReplyTo: opened, references: opened }
}

function domainOf(address: string): string {
  return address.replace(/>$/, '').split('@').at(-1) ?? 'localhost'
}

function asText({ parts, link }: MailWords): string {
  const blocks = parts.map((part) => (typeof part === 'string' ? part : part.map((line) => `* ${line}`).join('\n')))
  return `${[...blocks, ...(link === null ? [] : [`${link.words}: ${link.url}`])].join('\n\n')}\n`
}

function asHtml({ parts, link }: MailWords): string {
  const blocks = parts.map((part) => {
    if (typeof part === 'string') return h('p', null, part)
    const lines = part.map((line) => h('li', null, line))
    return h('ul', null, lines)
  })
  const last = link === null ? null : h('p', null, h('a', { href: link.url }, link.words))
  return renderToStaticMarkup(h('div', null, blocks, last))
}

const reasons: Readonly<Record<string, string>> = {
  EAUTH: 'it refuses the user or the password',
  ETLS: 'no TLS connection came about; see mail.tls',
  ECONNECTION: 'no connection came about',
  ESOCKET: 'the connection broke, or its certificate is not trusted',
  ETIMEDOUT: 'it did not answer in time',
  EDNS: 'there is no host of this name',
  ECONNREFUSED: 'nobody listens there',
}

function inWords(error: unknown): string {
  const { code, response, message } = error as { readonly [field in 'code' | 'response' | 'message']?: string }
  const known = reasons[code ?? '']
  const said = redact((response ?? message ?? 'no reason given').replace(/\s+/g, ' '), 300)
  return known === undefined ? said : `${known} (${said})`
}
