/** Who leads? One row, compared and set; the database's clock decides, and the term only ever grows. */
import type { Knex } from 'knex'
import type { Actor } from '../replication/ports/desk.ts'
import type { LeaseRow, LeaseStore } from '../replication/ports/lease.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { type Dialect, isoTime } from './dialect.ts'
import { answeredWithin } from './patience.ts'
import { inRounds, inTransaction, later, now } from './transaction.ts'

interface Stored {
  readonly name: string
  readonly holder: string | null
  readonly host: string | null
  readonly term: number
  readonly beat: number
  readonly expired: number
  readonly over_ms: number
  readonly acquired_at: string | null
  readonly renewed_at: string | null
  readonly expires_at: string
}

export function createLeaseStore(db: Database): LeaseStore {
  return {
    look: (name, withinMs) => answeredWithin(withinMs, async () => toLease(await read(db.knex, db.dialect, name))),
    acquire: (seen, me, withinMs) => answeredWithin(withinMs, () => acquire(db, seen, me)),
    renew: (proof, ttlMs, withinMs) => answeredWithin(withinMs, () => renew(db, proof, ttlMs)),
    release: (proof) => release(db, proof),
    break: (name, actor) => breakLease(db, name, actor),
  }
}

function select(knex: Knex, { msSince, now: clock }: Dialect, name: string): Knex.QueryBuilder<Stored, Stored[]> {
  const expired = knex.raw(`CASE WHEN expires_at < ${clock} THEN 1 ELSE 0 END AS expired`)
  return knex('leases')
    .where({ name })
    .select('*', expired, knex.raw(`${msSince('expires_at')} AS over_ms`))
}

async function read(knex: Knex, dialect: Dialect, name: string): Promise<Stored> {
  const [row] = await select(knex, dialect, name)
  if (row !== undefined) return row
  await knex('leases').insert({ name }).onConflict('name').ignore()
  const [made] = await select(knex, dialect, name)
  if (made === undefined) throw new Error(`lease ${name} could not be stored`)
  return made
}

function toLease(row: Stored): LeaseRow {
  const { name, holder, host, term, beat } = row
  return {
    name,
    holder,
    host,
    term,
    beat,
    expired: row.expired === 1,
    overMs: row.over_ms,
    acquiredAt: row.acquired_at === null ? null : isoTime(row.acquired_at),
    renewedAt: row.renewed_at === null ? null : isoTime(row.renewed_at),
    expiresAt: isoTime(row.expires_at),
  }
}

/**
 * `term + 1` alone could come again after a failover that lost the last writes, or after a restore; the milliseconds since
 * 1970 could not, unless the clock went back for longer than the outage took. What the history remembers is not used twice.
 */
function nextTerm({ larger, epochMs }: Dialect): string {
  const past = '(SELECT COALESCE(MAX(h.term), 0) + 1 FROM lease_history AS h WHERE h.name = leases.name)'
  return larger(larger('term + 1', past), epochMs)
}

/** Compares all that was seen, sets all anew. */
async function acquire(
  db: Database,
  seen: LeaseRow,
  me: { readonly holder: string; readonly host: string; readonly ttlMs: number },
): Promise<number | null> {
  const { holder, host, ttlMs } = me
  return await inTransaction(db, async (transaction) => {
    const { trx } = transaction
    const at = now(transaction)
    const times = { acquired_at: at, renewed_at: at, expires_at: later(transaction, ttlMs) }
    const taken = await trx('leases')
      .where({ name: seen.name, term: seen.term, beat: seen.beat })
      .whereRaw(`holder ${db.dialect.same} ?`, [seen.holder])
      .update({ holder, host, term: trx.raw(nextTerm(db.dialect)), beat: 0, ...times })
    if (taken !== 1) return null
    const [term]: number[] = await trx('leases').where({ name: seen.name }).pluck('term')
    if (term === undefined) return null
    await trx('lease_history').insert({ name: seen.name, term, holder, host, acquired_at: at })
    return term
  })
}

/** Over the connections of turns: copies on their way may have all others in use, each without an answer. */
async function renew(db: Database, { name, holder, term }: LeaseProof, ttlMs: number): Promise<boolean> {
  return await inRounds(db, async (transaction) => {
    const { trx } = transaction
    const changes = { renewed_at: now(transaction), expires_at: later(transaction, ttlMs), beat: trx.raw('beat + 1') }
    return (await trx('leases').where({ name, holder, term }).update(changes)) === 1
  })
}

/** A lease that is lost already is left alone. */
async function release(db: Database, { name, holder, term }: LeaseProof): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const freed = { holder: null, host: null, expires_at: now(transaction) }
    await transaction.trx('leases').where({ name, holder, term }).update(freed)
  })
}

async function breakLease(db: Database, name: string, actor: Actor): Promise<LeaseRow> {
  return await inTransaction(db, async (transaction) => {
    const { trx } = transaction
    await trx('leases').where({ name }).forUpdate().first('name')
    const before = await read(trx, db.dialect, name)
    const freed = { holder: null, host: null, beat: 0, expires_at: now(transaction) }
    await trx('leases')
      .where({ name })
      .update({ ...freed, term: trx.raw(nextTerm(db.dialect)) })
    const { holder, host, term } = before
    await recordAudit(transaction, { action: 'lease.break', actor, subject: { name, holder, host, term }, outcome: {} })
    return toLease(before)
  })
}
