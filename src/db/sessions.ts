/** How are sessions of the console stored, found by their hash, and ended? */
import type { Actor } from '../replication/ports/desk.ts'
import type { NewSession, SessionRow, SessionStore } from '../replication/ports/session-store.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { inTransaction, later, now, type Transaction } from './transaction.ts'

interface Row {
  readonly id: number
  readonly name: string
  readonly role: SessionRow['role']
  readonly how: SessionRow['how']
  readonly identity: string | null
  readonly created_at: string
  readonly seen_at: string
  readonly expires_at: string
  readonly seen_ms: number
}

/** When it was last used is written down no more often than that. */
const seenEveryMs = 60_000

export function createSessionStore(db: Database): SessionStore {
  return {
    start: (session, requestId) => start(db, session, requestId),
    addLink: (link, actor) => addLink(db, link, actor),
    useLink: (link, session, requestId) => useLink(db, link.hash, { ...session, requestId }),
    look: (hash, idleMs) => look(db, hash, idleMs),
    list: async (idleMs) => {
      const rows: Row[] = await living(db, idleMs).orderBy('s.id')
      return rows.map(toSession)
    },
    end: (which, actor) => end(db, which, actor),
  }
}

async function start(db: Database, session: NewSession, requestId: string): Promise<void> {
  await inTransaction(db, async (transaction) => {
    await insert(transaction, session, false)
    const { name, role, how } = session
    const actor = { name, reason: null, role, how, requestId }
    await recordAudit(transaction, { action: 'session.start', actor, subject: {}, outcome: {} })
  })
}

/** Those that have ended go with it. */
async function insert(transaction: Transaction, session: NewSession, isLink: boolean): Promise<void> {
  const { trx } = transaction
  const at = now(transaction)
  await trx('sessions').where('expires_at', '<', at).del()
  const { hash, name, role, how, tokenId, identity, endsInMs } = session
  await trx('sessions').insert({
    ...{ hash, name, role, how, token_id: tokenId, is_link: isLink },
    identity: identity === null ? null : JSON.stringify(identity),
    ...{ created_at: at, seen_at: at, expires_at: later(transaction, endsInMs) },
  })
}

async function addLink(db: Database, link: Parameters<SessionStore['addLink']>[0], actor: Actor): Promise<void> {
  await inTransaction(db, async (transaction) => {
    await insert(transaction, { ...link, how: 'link', tokenId: null, identity: null }, true)
    const subject = { name: link.name, role: link.role }
    await recordAudit(transaction, { action: 'session.link', actor, subject, outcome: {} })
  })
}

/** The hash changes with it: who has seen the link has not seen the cookie. */
async function useLink(
  db: Database,
  linkHash: string,
  { hash, endsInMs, requestId }: Pick<NewSession, 'hash' | 'endsInMs'> & { readonly requestId: string },
): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    const { trx } = transaction
    const at = now(transaction)
    const used = await trx('sessions')
      .where({ hash: linkHash, is_link: true })
      .where('expires_at', '>', at)
      .update({ hash, is_link: false, created_at: at, seen_at: at, expires_at: later(transaction, endsInMs) })
    if (used !== 1) return false
    const { name, role }: Pick<Row, 'name' | 'role'> = await trx('sessions').where({ hash }).first('name', 'role')
    const actor = { name, reason: null, role, how: 'link', requestId } as const
    await recordAudit(transaction, { action: 'session.start', actor, subject: {}, outcome: {} })
    return true
  })
}

/** Sessions that have not ended; those of a revoked token have. */
function living({ knex, dialect }: Database, idleMs: number) {
  return knex('sessions as s')
    .leftJoin('tokens as t', 't.id', 's.token_id')
    .where('s.is_link', false)
    .whereNull('t.revoked_at')
    .whereRaw(`s.expires_at > ${dialect.now}`)
    .whereRaw(`s.seen_at > ${dialect.later(-idleMs)}`)
    .select('s.*', knex.raw(`${dialect.msSince('s.seen_at')} as seen_ms`))
}

async function look(db: Database, hash: string, idleMs: number): Promise<SessionRow | null> {
  const row: Row | undefined = await living(db, idleMs).where('s.hash', hash).first()
  if (row === undefined) return null
  if (row.seen_ms > seenEveryMs) {
    await db
      .knex('sessions')
      .where({ id: row.id })
      .update({ seen_at: db.knex.raw(db.dialect.now) })
  }
  return toSession(row)
}

async function end(db: Database, which: Parameters<SessionStore['end']>[0], actor: Actor): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    const { trx } = transaction
    const row: Row | undefined = await trx('sessions')
      .where({ ...which, is_link: false })
      .first()
    if (row === undefined) return false
    await trx('sessions').where({ id: row.id }).del()
    const subject = { session: row.id, name: row.name }
    await recordAudit(transaction, { action: 'session.end', actor, subject, outcome: {} })
    return true
  })
}

function toSession({ id, name, role, how, identity, ...row }: Row): SessionRow {
  return {
    ...{ id, name, role, how },
    identity: identity === null ? null : (JSON.parse(identity) as SessionRow['identity']),
    createdAt: isoTime(row.created_at),
    seenAt: isoTime(row.seen_at),
    expiresAt: isoTime(row.expires_at),
  }
}
