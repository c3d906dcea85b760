/** How does what is at Zenodo compare with what a copy should have left there? Looks once, reads no source, and changes nothing. */
import type { Deposition } from '../../core/copy.ts'
import { differences } from '../../core/file-changes.ts'
import { accessShown } from '../../core/metadata/access-shown.ts'
import { type DepositMetadata, metadataShown } from '../../core/metadata/deposit-metadata.ts'
import { getSurely } from '../find-deposition.ts'
import { packFiles } from '../pack-files.ts'
import type { IdleCopy } from '../ports/jobs.ts'
import { changesOf, metadataOf, type Run, type RunContext } from '../run-context.ts'
import { today } from '../today.ts'

export interface Look {
  readonly run: Run
  readonly deposition: Deposition
  readonly wanted: DepositMetadata
  /** What differs, in words. */
  readonly files: readonly string[]
  readonly metadata: readonly string[]
}

/** Null: the deposition is not there. */
export async function lookAtCopy({ claimed }: IdleCopy, context: RunContext): Promise<Look | null> {
  const { copy } = claimed
  const deposition = copy.depositionId === null ? null : await getSurely(copy.depositionId, context)
  if (deposition === null) return null
  const run: Run = {
    claimed,
    copy,
    ...packFiles(claimed, context),
    beginning: 'reuse',
    deposition,
    passedOver: null,
    published: null,
    settles: null,
    publishedByUs: false,
  }
  const wanted = metadataOf(run, deposition, context.settings)
  const shown = deposition.metadata
  return {
    run,
    deposition,
    wanted,
    files: differences(changesOf(run, deposition.files), deposition.files),
    metadata: [...metadataShown(wanted, shown), ...accessShown(wanted, shown, today())],
  }
}
