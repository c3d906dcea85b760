/** What do the mails say that gather: copies that came into error, and where everything stands? */
import { lastTimeOfDay } from '../core/delivery.ts'
import { hintFor } from '../core/failure.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { counts } from './counts.ts'
import { isoTime } from './dialect.ts'
import { type Fenced, fenced } from './fence.ts'
import { messageSummary } from './message-desk.ts'
import { post } from './post-message.ts'
import { readNow } from './transaction.ts'

/** Of so many the causes are counted, and so many are named. */
const mostRead = 5000
const mostNamed = 20

interface Mark {
  readonly up_to: number
  readonly age: number
  readonly sent_at: string
}

export async function gatherErrors(db: Database, proof: LeaseProof, everyMs: number): Promise<boolean> {
  const before = await markOf(db, 'copies.in_error')
  if (before !== null && before.age < everyMs) return false
  const newest = await newestError(db)
  const told = before?.up_to ?? (await newestError(db, newsMs))
  if (newest <= told) return false
  return await fenced(db, proof, async (fence) => {
    const at = await readNow(fence)
    await setMark(fence, { name: 'copies.in_error', up_to: newest, sent_at: at })
    const payload = await errorsSince(fence, told, newest)
    await post(fence, at, [{ channel: 'mail', kind: 'copies.in_error', copyId: null, payload }])
    return true
  })
}

/** What came into error before anybody asked for mail is news for so long. */
const newsMs = 600_000

async function newestError({ knex, dialect }: Database, olderThanMs = 0): Promise<number> {
  const query = knex('outbox').where('kind', 'copy.error').orderBy('id', 'desc').limit(1)
  if (olderThanMs > 0) query.where('created_at', '<', knex.raw(dialect.later(-olderThanMs)))
  const [id = 0]: number[] = await query.pluck('id')
  return id
}

interface ErrorPayload {
  readonly copyId: number
  readonly code: string
  readonly message: string
  readonly dataset: { readonly doi: string }
  readonly version: { readonly number: number }
  readonly type: string
}

async function errorsSince({ trx }: Fenced, after: number, until: number): Promise<Record<string, unknown>> {
  const range = () => trx('outbox').where('kind', 'copy.error').where('id', '>', after).where('id', '<=', until)
  const [counted]: Array<{ count: number }> = await range().count({ count: '*' })
  const texts: string[] = await range().orderBy('id').limit(mostRead).pluck('payload')
  const errors = texts.map((text) => JSON.parse(text) as ErrorPayload)
  const causes = [...Map.groupBy(errors, ({ code }) => code)]
    .map(([code, some]) => ({ code, count: some.length, hint: hintFor(code) }))
    .sort((a, b) => b.count - a.count)
  const copies = errors.slice(0, mostNamed).map(({ copyId, dataset, version, type, code, message }) => {
    return { copyId, doi: dataset.doi, version: version.number, type, code, message }
  })
  return { total: Number(counted?.count ?? 0), causes, copies }
}

/** The first time only the moment is noted: the mail comes when that time of day has come. */
export async function writeDaily(db: Database, proof: LeaseProof, timeOfDay: string): Promise<boolean> {
  const before = await markOf(db, 'daily')
  if (before !== null) {
    const sentAt = Date.parse(isoTime(before.sent_at))
    if (lastTimeOfDay(sentAt + before.age, timeOfDay) <= sentAt) return false
  }
  const copies = await counts(db)
  const messages = await messageSummary(db)
  return await fenced(db, proof, async (fence) => {
    const at = await readNow(fence)
    await setMark(fence, { name: 'daily', up_to: 0, sent_at: at })
    if (before === null) return false
    const incidents = await fence.trx('incidents').whereNotNull('open_cause').orderBy('id').select('cause', 'message')
    const payload = { copies, messages: { waiting: messages.waiting, dead: messages.dead }, incidents }
    await post(fence, at, [{ channel: 'mail', kind: 'daily', copyId: null, payload }])
    return true
  })
}

async function markOf({ knex, dialect }: Database, name: string): Promise<Mark | null> {
  const age = knex.raw(`${dialect.msSince('sent_at')} as age`)
  const row: Mark | undefined = await knex('digests').where({ name }).first('up_to', 'sent_at', age)
  return row ?? null
}

async function setMark(
  { trx }: Fenced,
  mark: { readonly name: string; readonly up_to: number; readonly sent_at: string },
) {
  await trx('digests').insert(mark).onConflict('name').merge(['up_to', 'sent_at'])
}
