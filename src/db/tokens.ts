/** How are the tokens of the HTTP API stored, found by their hash, and revoked? */
import type { Role } from '../core/roles.ts'
import type { Actor } from '../replication/ports/desk.ts'
import type { NewToken, TokenHolder, TokenRow } from '../replication/ports/token-store.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { inTransaction, now } from './transaction.ts'

interface Row {
  readonly name: string
  readonly role: Role
  readonly created_at: string
  readonly created_by: string
  readonly revoked_at: string | null
  readonly revoked_by: string | null
}

export async function addToken(db: Database, { name, role, hash, by }: NewToken): Promise<boolean> {
  try {
    await inTransaction(db, async (transaction) => {
      const row = { name, role, hash, created_by: by, created_at: now(transaction) }
      await transaction.trx('tokens').insert(row)
      const subject = { token: name, role }
      await recordAudit(transaction, { action: 'token.create', actor: atCommandLine(by), subject, outcome: {} })
    })
    return true
  } catch (error) {
    if (db.dialect.isDuplicate(error)) return false
    throw error
  }
}

export async function listTokens({ knex }: Database): Promise<TokenRow[]> {
  const rows: Row[] = await knex('tokens').orderBy('name')
  return rows.map((row) => ({
    name: row.name,
    role: row.role,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    revokedAt: row.revoked_at === null ? null : isoTime(row.revoked_at),
    revokedBy: row.revoked_by,
  }))
}

export async function revokeToken(db: Database, name: string, by: string): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    const changes = { revoked_at: now(transaction), revoked_by: by }
    const revoked = (await transaction.trx('tokens').where({ name }).whereNull('revoked_at').update(changes)) > 0
    if (revoked) {
      const subject = { token: name }
      await recordAudit(transaction, { action: 'token.revoke', actor: atCommandLine(by), subject, outcome: {} })
    }
    return revoked
  })
}

/** Tokens are made and revoked nowhere else. */
function atCommandLine(name: string): Actor {
  return { name, reason: null, how: 'cli' }
}

export async function tokenHolder({ knex }: Database, hash: string): Promise<TokenHolder | null> {
  const row: TokenHolder | undefined = await knex('tokens')
    .where({ hash })
    .whereNull('revoked_at')
    .first('id', 'name', 'role')
  return row === undefined ? null : { id: row.id, name: row.name, role: row.role }
}
