/** Does Zenodo still have what a finished copy brought there? Its state, DOI, files and metadata, compared; nothing is changed. */
import { auditDifferences, remedyOf } from '../../core/audit.ts'
import type { ItemResult } from '../ports/jobs.ts'
import { editsInPlace, type RunContext } from '../run-context.ts'
import type { CopyWork } from './job-ports.ts'
import { lookAtCopy } from './look-at-copy.ts'

export const auditCopy: CopyWork = async (idle, context: RunContext): Promise<ItemResult> => {
  const { copy } = idle.claimed
  const look = await lookAtCopy(idle, context)
  const differences = auditDifferences({
    copy,
    deposition: look?.deposition ?? null,
    editsInPlace: editsInPlace(copy, context.settings),
    files: look?.files ?? [],
    metadata: look?.metadata ?? [],
  })
  const data = { deposition: copy.depositionId, doi: copy.doi, remedy: remedyOf(differences), differences }
  const [first] = differences
  if (first === undefined) return { state: 'done', finding: 'as_recorded', message: 'As it was left.', data }
  return { state: 'failed', finding: first.finding, message: differences.map(({ text }) => text).join(' '), data }
}
