/**
 * What of a dataset has to be taken down at Zenodo, and by whom? A draft we may delete, when asked to; a published record only Zenodo's own
 * staff can withdraw. The copies and their stories stay.
 */
import type { Copy, Deposition } from '../../core/copy.ts'
import { isUnfinished } from '../../core/ordering.ts'
import { announced } from '../announced.ts'
import { getSurely } from '../find-deposition.ts'
import type { IdleCopy, ItemResult, Job } from '../ports/jobs.ts'
import { factsOf, type RunContext } from '../run-context.ts'
import type { CopyWork } from './job-ports.ts'

export const takedownCopy: CopyWork = async (idle, context, job) => {
  const { copy } = idle.claimed
  const id = copy.depositionId
  const deposition = id === null ? null : await getSurely(id, context)
  const data = { deposition: id, doi: copy.doi, url: copy.recordUrl }
  if (deposition === null) {
    return { state: 'done', finding: 'gone', message: `Deposition ${id} is not at Zenodo any more.`, data }
  }
  if (deposition.submitted) {
    const ask = requestText(copy, deposition)
    const message = `Record ${id} is public: only Zenodo can withdraw it. Send them the text beside this; run the list again to see whether they have.`
    return { state: 'failed', finding: 'public', message, data: { ...data, ask } }
  }
  return { ...(await takeDraftDown(idle, deposition, { context, job })), data }
}

async function takeDraftDown(
  { claimed: { copy, siblings } }: IdleCopy,
  { id }: Deposition,
  { context, job }: { readonly context: RunContext; readonly job: Job },
): Promise<Pick<ItemResult, 'state' | 'finding' | 'message'>> {
  if (!job.parameters.deleteDrafts) {
    const message = `Draft ${id} is not public. It can be deleted: start the list again with the drafts to be deleted.`
    return { state: 'passed', finding: 'draft', message }
  }
  // it would be made anew
  const open = [copy, ...siblings].find(({ state }) => isUnfinished(state))
  if (open) {
    const message = `Draft ${id} was left: copy ${open.id} is ${open.state} and would bring it back. Cancel that first.`
    return { state: 'failed', finding: 'draft_in_use', message }
  }
  await deleteDraft(copy, id, context)
  return {
    state: 'done',
    finding: 'draft_deleted',
    message: `Draft ${id} is deleted. The copies that pointed at it say so.`,
  }
}

/** Announced as any deletion, so that it is not made twice; the copies no longer point at what is gone. */
async function deleteDraft(copy: Copy, id: Deposition['id'], context: RunContext): Promise<void> {
  const intent = { operation: 'discard', depositionId: id, marker: null } as const
  const { settlement } = await announced({ copy }, context, intent, {
    act: () => context.depositions.discard(id, context.signal),
    find: async () => ((await getSurely(id, context)) === null ? undefined : null),
  })
  const note = `The draft ${id} was deleted at Zenodo, as its dataset was taken down.`
  const to = { ...factsOf(copy, null, context.settings), note }
  await context.work.repoint(context.lead.proof, copy.id, { from: id, to, settles: settlement })
}

/** What to write to Zenodo's support. */
function requestText(copy: Copy, { id, doi, htmlUrl }: Deposition): string {
  const name = doi === null ? `record ${id}` : `record ${id} (https://doi.org/${doi})`
  return `Dear Zenodo team, please withdraw ${name}, ${htmlUrl}, which our account published for version ${copy.version.number} of the dataset https://doi.org/${copy.dataset.doi}. The dataset was taken down by its repository.`
}
