/** What does a mail to people say? In short, whatever there is to tell: a thousand copies in error make one screen. No secrets, no line breaks in its subject. */
import { z } from 'zod'
import { redact } from './redact.ts'

export interface MailWords {
  readonly subject: string
  /** Paragraphs, and lists of lines. */
  readonly parts: ReadonlyArray<string | readonly string[]>
  readonly link: { readonly words: string; readonly url: string } | null
}

/** @param links where the console is; empty: nowhere */
export function mailWords(kind: string, payload: Readonly<Record<string, unknown>>, links: string): MailWords {
  const write = writers[kind]
  const { subject, parts, page } = write === undefined ? unknown(kind) : write(payload)
  const link = links === '' ? null : { words: 'Open the console', url: links.replace(/\/$/, '') + page }
  const clean = parts.map((part) =>
    typeof part === 'string' ? short(part, 2000) : part.map((line) => short(line, 500)),
  )
  return { subject: short(`[zenodo-replicator] ${subject}`, 150), parts: clean, link }
}

interface Written {
  readonly subject: string
  readonly parts: MailWords['parts']
  /** Of the console. */
  readonly page: string
}

const writers: Readonly<Record<string, (payload: unknown) => Written>> = {
  'incident.opened': incidentOpened,
  'incident.closed': incidentClosed,
  'copies.in_error': copiesInError,
  daily,
  test: () => ({ subject: 'Test', parts: ['This is a test. Mail from zenodo-replicator arrives.'], page: '/' }),
}

function unknown(kind: string): Written {
  return { subject: kind, parts: ['See the console for what this is about.'], page: '/messages' }
}

const causes: Readonly<Record<string, string>> = {
  zenodo: 'Zenodo is out of order: no copy is claimed until it answers again',
  token: 'Zenodo refuses the token: no copy is claimed until it has a good one',
  webhook: 'The repository cannot be told: messages wait',
  mail: 'Mail could not be sent',
}

const incidentSchema = z.object({
  cause: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  openedAt: z.string(),
  closedAt: z.string().optional(),
})

/** In words, what it means. */
export function causeOf(cause: string): string {
  return causes[cause] ?? cause
}

function incidentOpened(payload: unknown): Written {
  const { cause, code, message, hint, openedAt } = incidentSchema.parse(payload)
  const parts = [`${causeOf(cause)}.`, `Since ${openedAt}: ${message} (${code})`, hint, allClear]
  return { subject: causeOf(cause), parts, page: '/worker' }
}

const allClear = 'Nothing is lost meanwhile: copies wait where they stand. Another mail tells when it is over.'

function incidentClosed(payload: unknown): Written {
  const { cause, openedAt, closedAt = '' } = incidentSchema.parse(payload)
  const words = `It is over since ${closedAt}. It began at ${openedAt}.`
  return { subject: `Over: ${causeOf(cause)}`, parts: [words, 'Everything goes on by itself.'], page: '/worker' }
}

const errorsSchema = z.object({
  total: z.int(),
  causes: z.array(z.object({ code: z.string(), count: z.int(), hint: z.string() })),
  copies: z.array(
    z.object({
      copyId: z.int(),
      doi: z.string(),
      version: z.int(),
      type: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
})

const mostCauses = 15

function copiesInError(payload: unknown): Written {
  const { total, causes: found, copies } = errorsSchema.parse(payload)
  const many = total === 1 ? 'A copy needs a person' : `${total} copies need a person`
  const first = found[0]
  const about = found.length === 1 && first !== undefined ? `: ${first.code}` : ''
  const byCause = found.slice(0, mostCauses).map(({ code, count, hint }) => `${count} × ${code}. ${hint}`)
  const named = copies.map(
    (one) =>
      `Copy ${one.copyId}, ${one.doi} version ${one.version}, ${one.type}: ${one.code}: ${short(one.message, 200)}`,
  )
  const more = total > copies.length ? [`The first ${copies.length} of them:`] : []
  return { subject: `${many}${about}`, parts: [`${many}.`, byCause, ...more, named], page: '/errors' }
}

const dailySchema = z.object({
  copies: z.array(z.object({ family: z.string(), state: z.string(), count: z.int() })),
  messages: z.object({ waiting: z.int(), dead: z.int() }),
  incidents: z.array(z.object({ cause: z.string(), message: z.string() })),
})

function daily(payload: unknown): Written {
  const { copies, messages, incidents } = dailySchema.parse(payload)
  const byState = [...Map.groupBy(copies, ({ state }) => state)].map(([state, some]) => {
    return { state, count: some.reduce((sum, { count }) => sum + count, 0) }
  })
  const inError = byState.find(({ state }) => state === 'error')?.count ?? 0
  const standing = incidents.map(({ cause, message }) => `${causeOf(cause)}: ${message}`)
  const lines = byState.map(({ state, count }) => `${count} ${state}`)
  const undelivered = `Messages: ${messages.waiting} wait, ${messages.dead} could not be delivered.`
  return {
    subject: inError === 0 ? 'Daily: no copy needs a person' : `Daily: ${inError} copies need a person`,
    parts: ['Copies:', lines, undelivered, standing.length === 0 ? 'Nothing is out of order.' : standing],
    page: '/',
  }
}

/** In one line, without secrets and without what a terminal or a header would obey. */
function short(text: string, limit: number): string {
  return redact(text.replace(/\s+/g, ' ').trim(), limit)
}
