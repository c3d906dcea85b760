/** What is there at the end? The tables and the emulated Zenodo, read once, as plain facts for the laws. */
import { type Family, families } from './history.ts'
import type { Dataset, Ledger, Type } from './ledger.ts'
import type { Place } from './stage.ts'
import { unpackedRecords } from './unpacked.ts'

export interface Row {
  readonly id: number
  readonly doi: string
  readonly version: number
  readonly type: Type
  readonly family: Family
  readonly position: number
  readonly state: string
  readonly retries: number
  /** As text, whatever Zenodo's API makes of it. */
  readonly depositionId: string | null
  readonly errorCode: string | null
  readonly events: readonly Happening[]
}

export interface Happening {
  readonly id: number
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface ZenodoRecord {
  readonly id: string
  readonly conceptrecid: string
  readonly state: string
  readonly doi: string | null
  readonly metadata: Readonly<Record<string, unknown>>
  /** Those in archives in place of the archives, and without the empty ones. */
  readonly files: ReadonlyArray<{ readonly filename: string; readonly checksum: string; readonly packed?: true }>
}

/** One dataset and family: its copies in order, and what Zenodo holds of it. */
export interface Line {
  readonly dataset: Dataset
  readonly family: Family
  readonly rows: readonly Row[]
}

interface FileRow {
  readonly copyId: number
  readonly path: string
  readonly state: string
  readonly md5: string | null
}

interface Message {
  readonly copyId: number
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Facts {
  readonly ledger: Ledger
  readonly dataDoi: 'dataset' | 'zenodo'
  readonly lines: readonly Line[]
  readonly rows: readonly Row[]
  readonly records: readonly ZenodoRecord[]
  readonly files: readonly FileRow[]
  readonly outbox: readonly Message[]
}

export async function readFacts(stage: Place, ledger: Ledger, dataDoi: 'dataset' | 'zenodo'): Promise<Facts> {
  const { knex } = stage.database.db
  const events: Array<{ id: number; copy_id: number; kind: string; data: string }> =
    await knex('zenodo_copy_events').orderBy('id')
  const stored: Array<Omit<Row, 'events'>> = await knex('zenodo_copies as c')
    .join('datasets as d', 'd.id', 'c.dataset_id')
    .join('dataset_versions as v', 'v.id', 'c.dataset_version_id')
    .orderBy('c.position')
    .select('c.id', 'd.doi', 'c.copy_type as type', 'c.family', 'c.position', 'c.state', 'c.retries')
    .select('v.number as version', 'c.deposition_id as depositionId', 'c.error_code as errorCode')
  const stories = Map.groupBy(events, (event) => event.copy_id)
  const rows = stored.map((row) => ({
    ...row,
    events: (stories.get(row.id) ?? []).map(({ id, kind, data }) => ({
      id,
      kind,
      data: JSON.parse(data) as Happening['data'],
    })),
  }))
  const lines = ledger.datasets.flatMap((dataset) =>
    families.map((family) => ({
      dataset,
      family,
      rows: rows.filter((row) => row.doi === dataset.doi && row.family === family),
    })),
  )
  const files: FileRow[] = await knex('zenodo_copy_files').select('copy_id as copyId', 'path', 'state', 'md5')
  const outbox: Array<{ copyId: number; kind: string; payload: string }> = await knex('outbox')
    .orderBy('id')
    .select('copy_id as copyId', 'kind', 'payload')
  return {
    ledger,
    dataDoi,
    lines,
    rows,
    records: await unpackedRecords(stage),
    files,
    outbox: outbox.map((message) => ({ ...message, payload: JSON.parse(message.payload) as Message['payload'] })),
  }
}

/** The published side of a deposition, or undefined. */
export function publishedOf({ records }: Facts, id: string | null): ZenodoRecord | undefined {
  return records.find((record) => record.id === id && record.state === 'done')
}
