/** Which copies wait behind an earlier one of their family? Stored on the row, so that a claim costs the same however many wait. */
import type { Knex } from 'knex'
import type { Database } from './connection.ts'
import { inTransaction, type Transaction } from './transaction.ts'

interface FamilyPlace {
  readonly dataset_id: number
  readonly family: string
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
  for (const place of places) await refreshFamily(transaction, place)
}

/** The first is locked, so that two transactions on one family agree on it, or one of them starts over. */
async function refreshFamily({ trx }: Transaction, { dataset_id, family }: FamilyPlace): Promise<void> {
  const open = () => trx('zenodo_copies').where({ dataset_id, family })
  const first: { id: number; open_position: number } | undefined = await open()
    .whereNotNull('open_position')
    .orderBy('open_position')
    .forUpdate()
    .first('id', 'open_position')
  if (first === undefined) return
  await open().where('held_back', 0).where('open_position', '>', first.open_position).update({ held_back: 1 })
  await trx('zenodo_copies').where({ id: first.id, held_back: 1 }).update({ held_back: 0 })
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
      await refreshFamily(transaction, { dataset_id, family })
    })
  }
  return places.length
}
