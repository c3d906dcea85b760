/** Which column holds which fact? The only place that maps rows to the types of the core and back. */
import type { Knex } from 'knex'
import {
  type Copy,
  type CopyFile,
  type CopyState,
  type CopyType,
  type DepositionId,
  depositionIdOf,
  type Family,
  type FileState,
  type Step,
} from '../core/copy.ts'
import { hintFor } from '../core/failure.ts'
import type { CopyEvent } from '../replication/ports/desk.ts'
import type { NewFile } from '../replication/ports/intake.ts'
import type { Facts, Sibling } from '../replication/ports/work-store.ts'
import { isoTime } from './dialect.ts'

/** A row of `zenodo_copies`, joined with its dataset and version. */
export interface CopyRow {
  readonly id: number
  readonly dataset_id: number
  readonly dataset_version_id: number
  readonly dataset_doi: string
  readonly dataset_external_id: string | null
  readonly version_number: number
  readonly version_external_id: string | null
  readonly title: string | null
  readonly copy_type: CopyType
  readonly family: Family
  readonly position: number
  readonly state: CopyState
  readonly step: Step | null
  readonly retries: number
  readonly rescues: number
  readonly priority: number
  readonly run_after: string
  readonly deposition_id: string | null
  readonly conceptrecid: string | null
  readonly doi: string | null
  readonly record_url: string | null
  readonly bytes_done: number
  readonly bytes_total: number
  readonly files_done: number
  readonly files_total: number
  readonly events_archived: number
  readonly error_code: string | null
  readonly error_message: string | null
  readonly error_group: string | null
  readonly note: string | null
  readonly requested_by: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly finished_at: string | null
}

/** Copies with what identifies them: what is selected, of which tables. */
export const copyColumns =
  'c.*, d.doi AS dataset_doi, d.external_id AS dataset_external_id, v.number AS version_number, v.external_id AS version_external_id, v.title'
export const copySources =
  'zenodo_copies c JOIN datasets d ON d.id = c.dataset_id JOIN dataset_versions v ON v.id = c.dataset_version_id'

/** The latest time at which any of the rows was changed, as it is stored. */
export function timeOf(rows: Iterable<CopyRow>): string {
  return [...rows].reduce((latest, { updated_at: at }) => (at > latest ? at : latest), '')
}

/** The same as a query; add conditions on `c` (copies), `d` (datasets) and `v` (versions). */
export function selectCopies(knex: Knex): Knex.QueryBuilder<CopyRow, CopyRow[]> {
  return knex.from<CopyRow>(knex.raw(copySources)).select(knex.raw<CopyRow>(copyColumns))
}

export function toCopy(row: CopyRow): Copy {
  return {
    id: row.id,
    dataset: { doi: row.dataset_doi, id: row.dataset_external_id },
    version: { number: row.version_number, id: row.version_external_id },
    type: row.copy_type,
    family: row.family,
    position: row.position,
    state: row.state,
    step: row.step,
    attempts: row.retries,
    rescues: row.rescues,
    priority: row.priority,
    runAfter: isoTime(row.run_after),
    depositionId: toDepositionId(row.deposition_id),
    conceptRecid: row.conceptrecid,
    doi: row.doi,
    recordUrl: row.record_url,
    bytesDone: row.bytes_done,
    bytesTotal: row.bytes_total,
    filesDone: row.files_done,
    filesTotal: row.files_total,
    error: toError(row),
    note: row.note,
    requestedBy: row.requested_by,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
    finishedAt: row.finished_at === null ? null : isoTime(row.finished_at),
  }
}

function toError({ error_code: code, error_message: message }: CopyRow): Copy['error'] {
  return code === null ? null : { code, message: message ?? '', hint: hintFor(code) }
}

function toDepositionId(column: string | null): DepositionId | null {
  return column === null ? null : depositionIdOf(column)
}

/** Text on both databases: they would compare a number with words that begin like it. Null and undefined stay. */
export function depositionColumn<T extends null | undefined>(id: DepositionId | T): string | T {
  return typeof id === 'number' ? String(id) : id
}

/** Columns for the facts given; those left undefined are not touched. */
export function factColumns(facts: Facts): Record<string, unknown> {
  const columns = {
    deposition_id: depositionColumn(facts.depositionId),
    conceptrecid: facts.conceptRecid,
    doi: facts.doi,
    record_url: facts.recordUrl,
    note: facts.note,
    metadata_digest: facts.metadataDigest,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** A row of `zenodo_copy_files`. */
export interface FileRow {
  readonly copy_id: number
  readonly ordinal: number
  readonly path: string
  readonly size: number
  readonly checksum: string | null
  readonly source: string
  readonly state: FileState
  readonly md5: string | null
  readonly bytes_done: number
  readonly archive: string | null
}

export function toFile(row: FileRow): CopyFile {
  const { path, size, checksum, source, state, md5, bytes_done: bytesDone, archive } = row
  return { path, size, checksum, source, state, md5, bytesDone, archive }
}

export function fileRow(copyId: number, ordinal: number, file: NewFile & Partial<CopyFile>): FileRow {
  const { path, size, checksum, source, state, md5 = null, bytesDone = 0, archive = null } = file
  return { copy_id: copyId, ordinal, path, size, checksum, source, state, md5, bytes_done: bytesDone, archive }
}

/** The columns of `zenodo_copies` that a `Sibling` needs. */
export const siblingColumns = ['id', 'copy_type', 'position', 'state', 'step', 'deposition_id', 'doi'] as const
export type SiblingRow = Pick<CopyRow, (typeof siblingColumns)[number]>

export function toSibling(row: SiblingRow): Sibling {
  const { id, copy_type: type, position, state, step, doi } = row
  return { id, type, position, state, step, depositionId: toDepositionId(row.deposition_id), doi }
}

/** A row of `zenodo_copy_events`. */
export interface EventRow {
  readonly id: number
  readonly copy_id: number
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly data: string
}

export function toEvent(row: EventRow): CopyEvent {
  const { id, copy_id: copyId, kind, actor } = row
  return { id, copyId, at: isoTime(row.at), kind, actor, data: JSON.parse(row.data) as CopyEvent['data'] }
}
