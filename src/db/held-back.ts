/** Which copies wait behind an earlier one of their family? Stored on the row, so that a claim costs the same however many wait. */
import type { Knex } from 'knex'
import type { Family } from '../core/copy.ts'
import type { Database } from './connection.ts'
import { marks, rowsOf, write } from './sql.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export interface FamilyPlace {
  readonly dataset_id: number
  readonly family: Family
}

/**
 * Makes `held_back` true again for the families of these copies. Belongs into every transaction that adds copies or moves
 * them into or out of `unfinishedStates`. Only rows whose answer changes are written: mostly one, the next in order.
 */
export async function refreshHeldBack(transaction: Transaction, ids: readonly number[]): Promise<void> {
  const places: FamilyPlace[] = await transaction
    .trx('zenodo_copies')
    .whereIn('id', [...ids])
    .distinct('dataset_id', 'family')
  await refreshFamilies(transaction, places)
}

/** SQLite takes 500 parts of a UNION. */
const familiesAtOnce = 200

/** The same for families, none named twice. In one order, so that two transactions do not wait for each other. */
export async function refreshFamilies(transaction: Transaction, places: readonly FamilyPlace[]): Promise<void> {
  const inOrder = places.toSorted((a, b) => a.dataset_id - b.dataset_id || (a.family < b.family ? -1 : 1))
  for (let start = 0; start < inOrder.length; start += familiesAtOnce) {
    await refreshSome(transaction, inOrder.slice(start, start + familiesAtOnce))
  }
}

interface First extends FamilyPlace {
  readonly id: number
  readonly open_position: number
  readonly held_back: number
}

/** The first of each is locked, so that two transactions on one family agree on it, or one of them starts over. */
async function refreshSome(transaction: Transaction, places: readonly FamilyPlace[]): Promise<void> {
  const first = `SELECT id, dataset_id, family, open_position, held_back FROM zenodo_copies
    WHERE dataset_id = ? AND family = ? AND open_position IS NOT NULL
    ORDER BY open_position LIMIT 1 ${transaction.db.dialect.lock.rows}`
  const firsts = await rowsOf<First>(
    transaction,
    places.map((_, index) => `SELECT * FROM (${first}) f${index}`).join(' UNION ALL '),
    places.flatMap(({ dataset_id, family }) => [dataset_id, family]),
  )
  if (firsts.length === 0) return
  const behind = firsts.map(() => '(dataset_id = ? AND family = ? AND held_back = 0 AND open_position > ?)')
  await write(
    transaction,
    `UPDATE zenodo_copies SET held_back = 1 WHERE ${behind.join(' OR ')}`,
    firsts.flatMap(({ dataset_id, family, open_position }) => [dataset_id, family, open_position]),
  )
  const free = firsts.filter(({ held_back }) => held_back === 1).map(({ id }) => id)
  if (free.length === 0) return
  await write(transaction, `UPDATE zenodo_copies SET held_back = 0 WHERE id IN ${marks(free.length)}`, free)
}

/** Families in which the stored answer is not the derived one: none, unless rows were changed by hand or restored in part. */
export async function wrongFamilies(knex: Knex): Promise<FamilyPlace[]> {
  const earlier = knex('zenodo_copies as p')
    .select(knex.raw('1'))
    .whereRaw('p.dataset_id = c.dataset_id and p.family = c.family and p.open_position < c.open_position')
  return await knex('zenodo_copies as c')
    .whereNotNull('c.open_position')
    .where((either) => {
      either
        .where((stuck) => stuck.where('c.held_back', 1).whereNotExists(earlier.clone()))
        .orWhere((early) => early.where('c.held_back', 0).whereExists(earlier.clone()))
    })
    .distinct('c.dataset_id', 'c.family')
}

/** Puts right what is stored wrongly, family by family. @returns how many families that were */
export async function repairHeldBack(db: Database): Promise<number> {
  const places = await wrongFamilies(db.knex)
  for (const { dataset_id, family } of places) {
    await inTransaction(db, async (transaction) => {
      // as enqueueing does, so that no copy is added meanwhile
      await transaction.trx('datasets').where('id', dataset_id).forUpdate().first('id')
      await refreshFamilies(transaction, [{ dataset_id, family }])
    })
  }
  return places.length
}
