/** How does a copy look in JSON? The one shape of every answer about copies. */
import type { Copy } from '../core/copy.ts'
import type { CopyView } from './ports/desk.ts'

export type CopyJson = Pick<
  Copy,
  | 'id'
  | 'dataset'
  | 'version'
  | 'type'
  | 'family'
  | 'state'
  | 'step'
  | 'attempts'
  | 'priority'
  | 'runAfter'
  | 'depositionId'
  | 'conceptRecid'
  | 'doi'
  | 'recordUrl'
  | 'bytesDone'
  | 'bytesTotal'
  | 'filesDone'
  | 'filesTotal'
  | 'error'
  | 'note'
  | 'createdAt'
  | 'updatedAt'
  | 'finishedAt'
> &
  Pick<CopyView, 'blockedBy'>

/** Sizes in bytes, times in ISO 8601. `blockedBy` is the id of the earlier copy that holds it back. */
export function copyJson(copy: CopyView): CopyJson {
  return {
    id: copy.id,
    dataset: copy.dataset,
    version: copy.version,
    type: copy.type,
    family: copy.family,
    state: copy.state,
    step: copy.step,
    blockedBy: copy.blockedBy,
    attempts: copy.attempts,
    priority: copy.priority,
    runAfter: copy.runAfter,
    depositionId: copy.depositionId,
    conceptRecid: copy.conceptRecid,
    doi: copy.doi,
    recordUrl: copy.recordUrl,
    bytesDone: copy.bytesDone,
    bytesTotal: copy.bytesTotal,
    filesDone: copy.filesDone,
    filesTotal: copy.filesTotal,
    error: copy.error,
    note: copy.note,
    createdAt: copy.createdAt,
    updatedAt: copy.updatedAt,
    finishedAt: copy.finishedAt,
  }
}
