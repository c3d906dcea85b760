/** Which copies came to harm: lost, doubled at Zenodo, or stuck? */
import type { Place } from '../property/stage.ts'

export interface Casualties {
  /** They say that they are at Zenodo, and are not. */
  readonly lost: ReadonlySet<number>
  /** More depositions were made for them than are in use. */
  readonly doubled: ReadonlySet<number>
  /** They did not come to an end. */
  readonly stuck: ReadonlySet<number>
}

interface Row {
  readonly id: number
  readonly state: string
  readonly deposition: string | null
  readonly concept: string | null
}

export async function casualtiesOf({ database, zenodo }: Place): Promise<Casualties> {
  const { knex } = database.owner.db
  const rows: Row[] = await knex('zenodo_copies').select('id', 'state', {
    deposition: 'deposition_id',
    concept: 'conceptrecid',
  })
  const intents: Array<{ copyId: number; data: string }> = await knex('zenodo_copy_events')
    .where('kind', 'intent')
    .select('data', { copyId: 'copy_id' })
  const records = (await zenodo.records()).map((record) => ({ ...record, id: String(record.id) }))
  const there = new Set(records.map((record) => record.id))
  const inUse = new Set(rows.map((row) => row.deposition))
  const ids = (some: readonly Row[]) => new Set(some.map(({ id }) => id))
  const doubled = records
    .filter((record) => !inUse.has(record.id))
    .flatMap(({ conceptrecid, metadata }) => {
      const marker = JSON.stringify(metadata.keywords ?? '').match(/zenodo-replicator:[\w-]+/)?.[0]
      const makers = intents.filter(({ data }) => marker !== undefined && data.includes(marker))
      return [...rows.filter((row) => row.concept === conceptrecid), ...makers.map(({ copyId }) => ({ id: copyId }))]
    })
  return {
    lost: ids(rows.filter((row) => row.state === 'finished' && row.deposition !== null && !there.has(row.deposition))),
    doubled: new Set(doubled.map(({ id }) => id)),
    stuck: ids(rows.filter((row) => row.state !== 'finished' && row.state !== 'cancelled')),
  }
}
