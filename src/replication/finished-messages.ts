/** What does the repository learn when a copy is finished? Stored in the transaction that finishes it. */
import type { CopyType } from '../core/copy.ts'
import type { OutboxMessage } from './ports/work-store.ts'
import type { Run } from './run-context.ts'

/** How the dataset is related to the record, for the repository's related works (DataCite relation types). */
const relationFromDataset: Readonly<Record<CopyType, string>> = {
  data: 'IsIdenticalTo',
  software: 'IsDerivedFrom',
  software_publish: 'IsDerivedFrom',
  supp: 'IsSourceOf',
  supp_publish: 'IsSourceOf',
}

/** `staging.may_be_deleted` only after publication: until then the staged bytes may be the only good ones. */
export function finishedMessages({ copy, files }: Pick<Run, 'copy' | 'files'>, published: boolean): OutboxMessage[] {
  const about = { copyId: copy.id, dataset: copy.dataset, version: copy.version, type: copy.type }
  const finished: OutboxMessage = {
    kind: 'copy.finished',
    payload: {
      ...about,
      published,
      depositionId: copy.depositionId,
      conceptRecid: copy.conceptRecid,
      doi: copy.doi,
      recordUrl: copy.recordUrl,
      relation: copy.doi === null || copy.doi === copy.dataset.doi ? null : relationFromDataset[copy.type],
      files: files.map(({ path, size, md5, state }) => ({ path, size, md5, state })),
      note: copy.note,
    },
  }
  if (!published || copy.family === 'data') return [finished]
  return [finished, { kind: 'staging.may_be_deleted', payload: about }]
}
