/** What becomes of the copies that point at depositions which are gone from Zenodo? */
import { type Copy, type DepositionId, endsPublished } from '../core/copy.ts'
import { Failure } from '../core/failure.ts'
import type { Found } from './find-deposition.ts'
import type { ClaimedCopy } from './ports/work-store.ts'
import { factsOf, type RunContext } from './run-context.ts'

/**
 * Whoever points at a draft that is gone points at what is there instead, so that no dead DOI is told on.
 * @throws Failure `record_withdrawn` when it was a published record. Nothing points at it any more by then, so that a person
 * who requeues the copy lets it begin anew.
 */
export async function leaveGone(
  claimed: ClaimedCopy,
  found: Pick<Found, 'deposition' | 'gone'>,
  context: RunContext,
): Promise<Copy> {
  const withdrawn = found.gone.filter((id) => wasPublished(id, claimed))
  let { copy } = claimed
  for (const from of found.gone) {
    const lost = withdrawn.includes(from)
    const note = lost ? withdrawnText(from) : `The deposition ${from} is gone from Zenodo.`
    const to = { ...factsOf(copy, lost ? null : found.deposition, context.settings), note }
    copy = await context.work.repoint(context.lead.proof, copy.id, { from, to, settles: null })
  }
  const [first] = withdrawn
  if (first === undefined) return copy
  throw new Failure('record_withdrawn', withdrawnText(first), { details: { deposition: first } })
}

function wasPublished(id: DepositionId, { siblings }: ClaimedCopy): boolean {
  return siblings.some((other) => other.depositionId === id && other.state === 'finished' && endsPublished(other.type))
}

function withdrawnText(id: DepositionId): string {
  return `Record ${id} was published and is gone from Zenodo: somebody has withdrawn it.`
}
