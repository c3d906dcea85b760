/** Which messages are due, and what became of those that were sent? */

import type { Channel } from '../core/messages.ts'
import { redact } from '../core/redact.ts'
import type { Outbox, StoredMessage, Told } from '../replication/ports/outbox.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { gatherErrors, writeDaily } from './digests.ts'
import { type Fenced, fenced } from './fence.ts'
import { type MessageRow, toMessage } from './message-rows.ts'
import { later, now } from './transaction.ts'

export function createOutbox(db: Database): Outbox {
  return {
    due: (channel, limit, without) => due(db, channel, { limit, without }),
    record: (proof, told) => record(db, proof, told),
    hasten: (proof, channel) => hasten(db, proof, channel),
    gatherErrors: (proof, everyMs) => gatherErrors(db, proof, everyMs),
    writeDaily: (proof, timeOfDay) => writeDaily(db, proof, timeOfDay),
    retire: (proof, olderThanMs, part) => retire(db, proof, { olderThanMs, ...part }),
  }
}

async function due(
  { knex, dialect }: Database,
  channel: Channel,
  { limit, without }: { readonly limit: number; readonly without: readonly number[] },
): Promise<StoredMessage[]> {
  const earlier = dialect.byIndex('outbox', 'e', 'outbox_copy')
  const rows: MessageRow[] = await knex('outbox as m')
    .where({ 'm.channel': channel, 'm.state': 'waiting' })
    .where('m.next_attempt_at', '<=', knex.raw(dialect.now))
    .whereNotIn('m.id', [...without])
    .whereRaw(
      `not exists (select 1 from ${earlier} where e.copy_id = m.copy_id and e.id < m.id and e.channel = m.channel and e.state = 'waiting')`,
    )
    .orderBy(['m.next_attempt_at', 'm.id'])
    .limit(limit)
    .select('m.*')
  return rows.map(toMessage)
}

async function record(db: Database, proof: LeaseProof, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return
  await fenced(db, proof, async (fence) => {
    for (const one of told) await recordOne(fence, one)
  })
}

/** Of one that a person sent again meanwhile, what this attempt came to does not count, unless it was delivered. */
async function recordOne(fence: Fenced, { message, attempt, delayMs }: Told): Promise<void> {
  const { id, attempts } = message
  const waiting = fence.trx('outbox').where({ id, state: 'waiting' })
  const { status } = attempt
  if (attempt.kind === 'delivered') {
    const at = now(fence)
    const done = { state: 'delivered', delivered_at: at, attempts: attempts + 1, last_status: status, last_error: null }
    await waiting.update(done)
    if (attempts > 0) await freeLater(fence, message)
    return
  }
  const failed = {
    attempts: attempts + 1,
    last_status: status,
    last_error: redact(`${attempt.failure.code}: ${attempt.failure.message}`, 1000),
    ...(delayMs === null ? { state: 'dead' } : { next_attempt_at: later(fence, delayMs) }),
  }
  if ((await waiting.where({ attempts }).update(failed)) === 0) return
  if (delayMs === null) await freeLater(fence, message)
  else await holdLater(fence, message, delayMs)
}

/** Those about the same copy that wait for this one go now. */
async function freeLater(fence: Fenced, { id, copyId: copy_id, channel }: Told['message']): Promise<void> {
  if (copy_id === null) return
  await fence
    .trx('outbox')
    .where({ copy_id, channel, state: 'waiting', attempts: 0 })
    .where('id', '>', id)
    .update({ next_attempt_at: now(fence) })
}

/** They would only be passed over at each look until then. */
async function holdLater(fence: Fenced, { id, copyId: copy_id, channel }: Told['message'], delayMs: number) {
  if (copy_id === null) return
  const until = later(fence, delayMs)
  const waiting = fence.trx('outbox').where({ copy_id, channel, state: 'waiting' }).where('id', '>', id)
  await waiting.where('next_attempt_at', '<', until).update({ next_attempt_at: until })
}

/** Not those that the receiver refused while it was well. */
async function hasten(db: Database, proof: LeaseProof, channel: Channel): Promise<void> {
  await fenced(db, proof, async (fence) => {
    await fence
      .trx('outbox')
      .where({ channel, state: 'waiting' })
      .where('next_attempt_at', '>', now(fence))
      .where((away) => away.whereNull('last_status').orWhere('last_status', 429).orWhere('last_status', '>=', 500))
      .update({ next_attempt_at: now(fence) })
  })
}

const retiredAtOnce = 500

async function retire(
  db: Database,
  proof: LeaseProof,
  part: { readonly olderThanMs: number; readonly after: number; readonly unsent: boolean },
): Promise<{ readonly deleted: number; readonly after: number | null }> {
  const { olderThanMs, after, unsent } = part
  return await fenced(db, proof, async ({ trx }) => {
    const state = unsent ? 'waiting' : 'delivered'
    const age = trx.raw(`${db.dialect.msSince(unsent ? 'created_at' : 'delivered_at')} as age`)
    const rows: Array<{ id: number; age: number; channel: Channel }> = await trx('outbox')
      .where({ state })
      .where('id', '>', after)
      .orderBy('id')
      .limit(retiredAtOnce)
      .select('id', 'channel', age)
    const old = rows.filter(({ age, channel }) => age > olderThanMs && (!unsent || channel === 'webhook'))
    const ids = old.map(({ id }) => id)
    const deleted = ids.length === 0 ? 0 : await trx('outbox').whereIn('id', ids).where({ state }).del()
    const last = rows.at(-1)
    return { deleted, after: last === undefined || old.length === 0 ? null : last.id }
  })
}
