/** Which function does which step? */
import type { Step } from '../../core/copy.ts'
import type { StepFunction } from '../run-context.ts'
import { createDeposition } from './create-deposition.ts'
import { discardDraft } from './discard-draft.ts'
import { publish } from './publish.ts'
import { syncFiles } from './sync-files.ts'
import { updateMetadata } from './update-metadata.ts'
import { verifyFiles } from './verify-files.ts'

export const stepFunctions: Readonly<Record<Step, StepFunction>> = {
  create: createDeposition,
  metadata: updateMetadata,
  upload: syncFiles,
  verify: verifyFiles,
  publish,
  discard: discardDraft,
}
