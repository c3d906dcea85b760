/** How are the tokens of the HTTP API stored, found by their hash, and revoked? */
import type { Caller, Role } from '../core/roles.ts'
import type { NewToken, TokenRow } from '../replication/ports/token-store.ts'
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
    return (await transaction.trx('tokens').where({ name }).whereNull('revoked_at').update(changes)) > 0
  })
}

export async function tokenHolder({ knex }: Database, hash: string): Promise<Caller | null> {
  const row: Caller | undefined = await knex('tokens').where({ hash }).whereNull('revoked_at').first('name', 'role')
  return row === undefined ? null : { name: row.name, role: row.role }
}
