/** How does a list of copies become a file? */
import { type CopyJson, copyJson } from '../replication/copy-json.ts'
import type { CopyView, ListRequest, Reading } from '../replication/ports/desk.ts'
import { listFile } from './list-file.ts'

const pageSize = 1000

/** What people look for in a list that they take away, beside the copy itself. */
type Row = CopyJson & Pick<CopyView, 'title' | 'errorGroup'>

const columns: ReadonlyArray<readonly [string, (copy: Row) => unknown]> = [
  ['id', ({ id }) => id],
  ['dataset', ({ dataset }) => dataset.doi],
  ['dataset_id', ({ dataset }) => dataset.id],
  ['version', ({ version }) => version.number],
  ['version_id', ({ version }) => version.id],
  ['title', ({ title }) => title],
  ['type', ({ type }) => type],
  ['state', ({ state }) => state],
  ['step', ({ step }) => step],
  ['blocked_by', ({ blockedBy }) => blockedBy],
  ['attempts', ({ attempts }) => attempts],
  ['priority', ({ priority }) => priority],
  ['run_after', ({ runAfter }) => runAfter],
  ['deposition_id', ({ depositionId }) => depositionId],
  ['concept_recid', ({ conceptRecid }) => conceptRecid],
  ['doi', ({ doi }) => doi],
  ['record_url', ({ recordUrl }) => recordUrl],
  ['bytes_done', ({ bytesDone }) => bytesDone],
  ['bytes_total', ({ bytesTotal }) => bytesTotal],
  ['files_done', ({ filesDone }) => filesDone],
  ['files_total', ({ filesTotal }) => filesTotal],
  ['error_code', ({ error }) => error?.code],
  ['error_message', ({ error }) => error?.message],
  ['error_group', ({ errorGroup }) => errorGroup],
  ['note', ({ note }) => note],
  ['created_at', ({ createdAt }) => createdAt],
  ['updated_at', ({ updatedAt }) => updatedAt],
  ['finished_at', ({ finishedAt }) => finishedAt],
]

/** @returns what the answer to a download is */
export function copiesFile({ list }: Reading, request: ListRequest, format: 'csv' | 'json') {
  return listFile({
    name: 'copies',
    format,
    columns,
    page: async (cursor) => {
      const { copies, nextCursor } = await list({
        ...request,
        limit: pageSize,
        ...(cursor === undefined ? {} : { cursor }),
      })
      const rows = copies.map((copy) => ({ ...copyJson(copy), title: copy.title, errorGroup: copy.errorGroup }))
      return { rows, nextCursor }
    },
  })
}
