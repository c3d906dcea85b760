/** What stops claiming? A person's pause, and the breaker that the worker sets when Zenodo is out of order. */
import type { Actor, Switch, SwitchName } from '../replication/ports/desk.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { inTransaction, now } from './transaction.ts'

interface SwitchRow {
  readonly name: SwitchName
  readonly set_by: string
  readonly reason: string | null
  readonly since: string
}

export async function switches({ knex }: Database): Promise<Switch[]> {
  const rows: SwitchRow[] = await knex('switches').orderBy('name')
  return rows.map(({ name, set_by: by, reason, since }) => ({ name, by, reason, since: isoTime(since) }))
}

/** Set again, it tells the newest name and reason, and the time since which it has been set all along. */
export async function setSwitch(db: Database, name: SwitchName, actor: Actor): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const row = { name, set_by: actor.name, reason: actor.reason, since: now(transaction) }
    await transaction.trx('switches').insert(row).onConflict('name').merge(['set_by', 'reason'])
    if (name === 'pause') await recordAudit(transaction, { action: 'claiming.pause', actor, subject: {}, outcome: {} })
  })
}

/** @returns whether it was set */
export async function clearSwitch(db: Database, name: SwitchName, actor: Actor): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    const { trx } = transaction
    // what is deleted here is told nowhere else
    const before: Pick<SwitchRow, 'set_by' | 'reason'> | undefined =
      name === 'pause' ? await trx('switches').where({ name }).first('set_by', 'reason') : undefined
    const wasSet = (await trx('switches').where({ name }).del()) > 0
    if (name === 'pause' && wasSet) {
      const subject = { pausedBy: before?.set_by ?? null, pausedBecause: before?.reason ?? null }
      await recordAudit(transaction, { action: 'claiming.unpause', actor, subject, outcome: {} })
    }
    return wasSet
  })
}
