/** What becomes of the copies that a dead leader left running? They wait out the quarantine and go on. */
import { Failure } from '../core/failure.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { errorColumns } from './error-group.ts'
import { type Fenced, fenced } from './fence.ts'
import { errorNotice, post } from './post-message.ts'
import { readCopy, workerEvent } from './record-step.ts'
import { later, now, readNow } from './transaction.ts'

interface Stalled {
  readonly id: number
  readonly claim_term: number
  readonly rescues: number
}

/**
 * Takes back what older terms hold. No attempt is counted; a copy that outlived too many leaders goes to `error`
 * (`worker_died`), because it may be what kills them.
 * @returns the ids taken back
 */
export async function rescue(
  db: Database,
  proof: LeaseProof,
  options: { readonly quarantineMs: number; readonly maxRescues: number },
): Promise<number[]> {
  return await fenced(db, proof, async (fence) => {
    const stalled: Stalled[] = await fence
      .trx('zenodo_copies')
      .where('state', 'replicating')
      .where('claim_term', '<', proof.term)
      .orderBy('id')
      .forUpdate()
      .select('id', 'claim_term', 'rescues')
    for (const copy of stalled) {
      if (copy.rescues + 1 > options.maxRescues) await giveUp(fence, copy)
      else await takeBack(fence, copy, options.quarantineMs)
    }
    return stalled.map(({ id }) => id)
  })
}

async function takeBack(fence: Fenced, copy: Stalled, quarantineMs: number): Promise<void> {
  await free(fence, copy, { state: 'enqueued', run_after: later(fence, quarantineMs) })
  await workerEvent(fence, copy.id, 'rescued', { fromTerm: copy.claim_term, rescues: copy.rescues + 1, quarantineMs })
}

async function giveUp(fence: Fenced, copy: Stalled): Promise<void> {
  const times = copy.rescues + 1
  const failure = new Failure('worker_died', `The worker died ${times} times while it worked on copy ${copy.id}.`)
  await free(fence, copy, { state: 'error', ...errorColumns(failure) })
  const told = { code: failure.code, message: failure.message }
  await workerEvent(fence, copy.id, 'error', { ...told, fromTerm: copy.claim_term, rescues: times })
  await post(fence, await readNow(fence), [
    { copyId: copy.id, ...errorNotice(await readCopy(fence, copy.id), failure) },
  ])
}

async function free(fence: Fenced, copy: Stalled, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const at = now(fence)
  const freed = { claim_term: null, claimed_at: null, heartbeat_at: null, rescues: copy.rescues + 1 }
  await fence
    .trx('zenodo_copies')
    .where({ id: copy.id, state: 'replicating', claim_term: copy.claim_term })
    .update({ ...freed, ...changes, state_changed_at: at, updated_at: at })
}
