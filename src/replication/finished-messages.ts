/** What does the repository learn when a copy is finished? Stored in the transaction that finishes it. */
import { identityOf, whereabouts } from '../core/whereabouts.ts'
import type { OutboxMessage } from './ports/work-store.ts'
import type { Run } from './run-context.ts'

/** A message of megabytes is not read by everybody: the API has the rest. */
const mostListed = 1000

/** `staging.may_be_deleted` only after publication: until then the staged bytes may be the only good ones. */
export function finishedMessages({ copy, files }: Pick<Run, 'copy' | 'files'>, published: boolean): OutboxMessage[] {
  const listed = files
    .slice(0, mostListed)
    .map(({ path, size, md5, state, archive }) => ({ path, size, md5, state, archive }))
  const payload = { ...whereabouts(copy), published, files: listed, filesTotal: files.length }
  const finished: OutboxMessage = { kind: 'copy.finished', payload }
  if (!published || copy.family === 'data') return [finished]
  return [finished, { kind: 'staging.may_be_deleted', payload: identityOf(copy) }]
}
