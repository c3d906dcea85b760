/** What is there to see of one copy: itself, its story, its files, its chain? */
import type { CopyFile } from '../core/copy.ts'
import type { CopyEvent, CopyView } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { type EventRow, type FileRow, selectCopies, toEvent, toFile } from './rows.ts'
import { toViews } from './views.ts'

export async function getCopy(db: Database, id: number): Promise<CopyView | null> {
  const rows = await selectCopies(db.knex).where('c.id', id)
  const [view] = await toViews(db, rows)
  return view ?? null
}

export async function eventsOf({ knex }: Database, copyId: number): Promise<CopyEvent[]> {
  const rows: EventRow[] = await knex('zenodo_copy_events').where('copy_id', copyId).orderBy('id')
  return rows.map(toEvent)
}

export async function filesOf({ knex }: Database, copyId: number): Promise<CopyFile[]> {
  const rows: FileRow[] = await knex('zenodo_copy_files').where('copy_id', copyId).orderBy('ordinal')
  return rows.map(toFile)
}

/** All copies of the dataset and family of a copy, in their order. */
export async function chainOf(db: Database, copyId: number): Promise<CopyView[]> {
  const [copy] = await selectCopies(db.knex).where('c.id', copyId)
  if (copy === undefined) return []
  const { dataset_id, family } = copy
  const rows = await selectCopies(db.knex)
    .where('c.dataset_id', dataset_id)
    .where('c.family', family)
    .orderBy('c.position')
  return await toViews(db, rows)
}
