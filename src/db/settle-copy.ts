/** How does a run end for its row? Finished, again later, in error, or let go; with its event and its messages. */
import type { Copy } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import type { LeaseProof, Outcome } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced, updateClaimed } from './fence.ts'
import { refreshHeldBack } from './held-back.ts'
import { openIntents } from './open-intents.ts'
import { post, postError } from './post-message.ts'
import { intentEvent, readCopy, workerEvent } from './record-step.ts'
import { later, now } from './transaction.ts'

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>

export async function settleCopy(
  db: Database,
  proof: LeaseProof,
  run: { readonly copyId: number; readonly outcome: Outcome },
): Promise<Copy> {
  const { copyId, outcome } = run
  return await fenced(db, proof, async (fence) => {
    switch (outcome.kind) {
      case 'finished':
        await finish(fence, copyId, outcome)
        break
      case 'retry':
        await retry(fence, copyId, outcome)
        break
      case 'error':
        await fail(fence, copyId, outcome)
        break
      case 'released':
        await release(fence, copyId, outcome)
        break
    }
    return await readCopy(fence, copyId)
  })
}

async function finish(fence: Fenced, copyId: number, { attempt, messages }: Of<'finished'>): Promise<void> {
  const { trx } = fence
  await leave(fence, copyId, {
    state: 'finished',
    retries: counted(fence, attempt),
    bytes_done: trx.ref('bytes_total'),
    files_done: trx.ref('files_total'),
    error_code: null,
    error_message: null,
    finished_at: now(fence),
  })
  await refreshHeldBack(fence, [copyId])
  await settleOvertaken(fence, copyId)
  await workerEvent(fence, copyId, 'finished', {})
  for (const message of messages) await post(fence, copyId, message)
}

/**
 * A publish, discard or removal whose answer was lost has no reason to be looked up once Zenodo shows what the copy wanted.
 * What may have left a draft behind stays in doubt until somebody has looked for that draft.
 */
async function settleOvertaken(fence: Fenced, copyId: number): Promise<void> {
  for (const intent of await openIntents(fence, copyId)) {
    if (intent.operation === 'create' || intent.operation === 'new_version') continue
    await intentEvent(fence, copyId, { intent, outcome: 'overtaken' })
  }
}

/** What went wrong stays visible while the copy waits. */
async function retry(fence: Fenced, copyId: number, { failure, delayMs }: Of<'retry'>): Promise<void> {
  const when = { retries: counted(fence, true), run_after: later(fence, delayMs) }
  await leave(fence, copyId, { state: 'enqueued', ...when, ...soFar(fence, copyId), ...errorColumns(failure) })
  await workerEvent(fence, copyId, 'retry', { ...told(failure), delayMs })
}

/** A claimed copy goes no further by itself. */
export async function fail(
  fence: Fenced,
  copyId: number,
  { failure, attempt }: Pick<Of<'error'>, 'failure' | 'attempt'>,
): Promise<void> {
  const retries = counted(fence, attempt)
  await leave(fence, copyId, { state: 'error', retries, ...soFar(fence, copyId), ...errorColumns(failure) })
  await workerEvent(fence, copyId, 'error', told(failure))
  await postError(fence, copyId, failure)
}

async function release(fence: Fenced, copyId: number, { reason, delayMs }: Of<'released'>): Promise<void> {
  await leave(fence, copyId, { state: 'enqueued', run_after: later(fence, delayMs), ...soFar(fence, copyId) })
  await workerEvent(fence, copyId, 'released', { reason, delayMs })
}

async function leave(fence: Fenced, copyId: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const at = now(fence)
  const free = { claim_term: null, claimed_at: null, heartbeat_at: null }
  await updateClaimed(fence, copyId, { ...changes, ...free, state_changed_at: at, updated_at: at })
}

/** The files that are through, as each has it on record: the heartbeat's figure ends with the run, and may count one half sent. */
function soFar({ trx }: Fenced, copyId: number) {
  const through = trx('zenodo_copy_files').where('copy_id', copyId).whereIn('state', ['sent', 'kept'])
  return { bytes_done: through.clone().select(trx.raw('COALESCE(SUM(size), 0)')), files_done: through.count() }
}

function counted({ trx }: Fenced, attempt: boolean) {
  return attempt ? trx.raw('retries + 1') : trx.ref('retries')
}

function told({ code, message }: Failure) {
  return { code, message: redact(message) }
}

/** The columns that show a failure. */
export function errorColumns(failure: Failure) {
  const { code, message } = told(failure)
  return { error_code: code, error_message: message }
}
