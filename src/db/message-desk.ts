/** Which messages do people see, and how are some sent again? */
import type { Actor } from '../replication/ports/desk.ts'
import { countedAtMost, type MessageFilter, type Messages, type MessageView } from '../replication/ports/outbox.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { type MessageRow, toMessage } from './message-rows.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

export function createMessages(db: Database): Messages {
  return {
    list: (request) => list(db, request),
    get: async (id) => {
      const row: MessageRow | undefined = await db.knex('outbox').where({ id }).first()
      return row === undefined ? null : toMessage(row)
    },
    summary: () => messageSummary(db),
    sendAgain: (which, actor) => sendAgain(db, which, actor),
  }
}

async function list(db: Database, request: Parameters<Messages['list']>[0]): Promise<MessageView[]> {
  const { before, limit, ...filter } = request
  const query = db.knex
    .select<MessageRow[]>('m.*')
    .from(db.knex.raw(source(db, filter)))
    .where(columns(filter))
  if (before !== undefined) query.where('m.id', '<', before)
  return (await query.orderBy('m.id', 'desc').limit(limit)).map(toMessage)
}

/** The narrowest index that has the ids in order: left to choose, a database reads a million rows that were delivered. */
function source({ dialect }: Database, { state, kind, copyId }: MessageFilter): string {
  if (copyId !== undefined) return dialect.byIndex('outbox', 'm', 'outbox_copy')
  if (state !== undefined && state !== 'delivered') return dialect.byIndex('outbox', 'm', 'outbox_state')
  if (kind !== undefined) return dialect.byIndex('outbox', 'm', 'outbox_kind')
  return state === undefined ? 'outbox m' : dialect.byIndex('outbox', 'm', 'outbox_state')
}

function columns({ state, channel, kind, copyId }: MessageFilter): Record<string, string | number> {
  const wanted = { 'm.state': state, 'm.channel': channel, 'm.kind': kind, 'm.copy_id': copyId }
  return Object.fromEntries(Object.entries(wanted).filter((entry): entry is [string, string | number] => entry[1] !== undefined)) // biome-ignore format: one thought
}

export async function messageSummary({ knex, dialect }: Database): ReturnType<Messages['summary']> {
  const countOf = async (state: string) => {
    const some = knex('outbox').where({ state }).limit(countedAtMost).select('id').as('some')
    const [row]: Array<{ count: number }> = await knex.from(some).count({ count: '*' })
    return Number(row?.count ?? 0)
  }
  const age = knex.raw(`${dialect.msSince('created_at')} as age`)
  const oldest: { age: number } | undefined = await knex('outbox').where('state', 'waiting').orderBy('id').first(age)
  return { waiting: await countOf('waiting'), dead: await countOf('dead'), oldestWaitingMs: oldest?.age ?? null }
}

const sentAtOnce = 1000

/** Many go in parts, so that the worker is not kept waiting. */
async function sendAgain(db: Database, which: Parameters<Messages['sendAgain']>[0], actor: Actor): Promise<number> {
  if ('id' in which) return await inTransaction(db, (transaction) => putBack(transaction, [which.id], actor))
  const newest = await list(db, { ...which.dead, state: 'dead', limit: 1 })
  let [sent, last] = [0, newest[0]?.id ?? 0]
  for (;;) {
    // oldest first would need another way through the index; what comes after the newest is not meant
    const some = await list(db, { ...which.dead, state: 'dead', before: last + 1, limit: sentAtOnce })
    if (some.length === 0) return sent
    sent += await inTransaction(db, (transaction) => putBack(transaction, some.map(({ id }) => id), actor)) // biome-ignore format: one thought
    last = (some.at(-1)?.id ?? 1) - 1
  }
}

/** What is on its way now is let be: it ends by itself. */
async function putBack(transaction: Transaction, ids: readonly number[], actor: Actor): Promise<number> {
  const { trx } = transaction
  const changes = { state: 'waiting', attempts: 0, delivered_at: null, next_attempt_at: now(transaction) }
  const changed = await trx('outbox')
    .whereIn('id', [...ids])
    .update(changes)
  // whoever sends again knows that the receiver wants it; what it answers now tells whether the incident is over
  await trx('incidents')
    .where('code', 'receiver_gone')
    .whereIn(
      'open_cause',
      trx('outbox')
        .whereIn('id', [...ids])
        .select('channel'),
    )
    .update('code', 'receiver_unavailable')
  const subject = { messages: ids.slice(0, 100) }
  if (changed > 0) await recordAudit(transaction, { action: 'messages.send', actor, subject, outcome: { changed } })
  return changed
}
