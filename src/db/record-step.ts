/** What has the worker done to its copy so far? Steps, facts and intents, each with its event in one transaction. */
import type { Copy, Step } from '../core/copy.ts'
import { whereabouts } from '../core/whereabouts.ts'
import type { Intent, LeaseProof, Repointing, StepRecord } from '../replication/ports/work-store.ts'
import { appendEvent, type NewEvent } from './append-event.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced, type Update, updateClaimed } from './fence.ts'
import { post } from './post-message.ts'
import { depositionColumn, factColumns, selectCopies, toCopy } from './rows.ts'
import { now, readNow } from './transaction.ts'

export async function enterStep(
  db: Database,
  proof: LeaseProof,
  target: { copyId: number; step: Step },
): Promise<void> {
  await fenced(db, proof, async (fence) => {
    await updateClaimed(fence, target.copyId, { step: target.step, updated_at: now(fence) })
  })
}

export async function recordStep(
  db: Database,
  proof: LeaseProof,
  record: StepRecord & { copyId: number },
  update: Update = updateClaimed,
): Promise<Copy> {
  const { copyId, step, facts, settles, data } = record
  return await fenced(db, proof, async (fence) => {
    await update(fence, copyId, { ...factColumns(facts), step, updated_at: now(fence) })
    if (settles !== null) await intentEvent(fence, copyId, settles)
    await workerEvent(fence, copyId, 'step', { step, ...facts, ...data })
    return await readCopy(fence, copyId)
  })
}

/** Announces (`intent`) or settles (`intent_settled`) an irreversible call. */
export async function recordIntent(
  db: Database,
  proof: LeaseProof,
  record: { readonly copyId: number; readonly intent: Intent; readonly outcome: string | null },
  update: Update = updateClaimed,
): Promise<void> {
  const { copyId, intent, outcome } = record
  await fenced(db, proof, async (fence) => {
    await update(fence, copyId, {})
    await intentEvent(fence, copyId, { intent, outcome })
  })
}

/** The event of an irreversible call: announced without an outcome, settled with one. */
export async function intentEvent(
  fence: Fenced,
  copyId: number,
  { intent, outcome }: { readonly intent: Intent; readonly outcome: string | null },
): Promise<void> {
  await appendEvent(fence, intentEventOf(fence, copyId, { intent, outcome }))
}

export function intentEventOf(
  fence: Fenced,
  copyId: number,
  { intent, outcome }: { readonly intent: Intent; readonly outcome: string | null },
): NewEvent {
  const { operation, depositionId, marker } = intent
  const data = { operation, depositionId, marker }
  if (outcome === null) return workerEventOf(fence, copyId, 'intent', data)
  return workerEventOf(fence, copyId, 'intent_settled', { ...data, outcome })
}

/** Every copy of the family that pointed at `from` points at `to` from now on. */
export async function repoint(
  db: Database,
  proof: LeaseProof,
  change: Repointing & { readonly copyId: number },
  update: Update = updateClaimed,
): Promise<Copy> {
  const { copyId, from, to, settles } = change
  return await fenced(db, proof, async (fence) => {
    await update(fence, copyId, {})
    if (settles !== null) await intentEvent(fence, copyId, settles)
    const { dataset_id, family } = await fence.trx('zenodo_copies').where('id', copyId).first('dataset_id', 'family')
    const pointing = { dataset_id, family, deposition_id: depositionColumn(from) }
    const ids: number[] = await fence.trx('zenodo_copies').where(pointing).orderBy('id').forUpdate().pluck('id')
    if (ids.length > 0) {
      const columns = { ...factColumns(to), updated_at: now(fence) }
      await fence.trx('zenodo_copies').whereIn('id', ids).update(columns)
    }
    for (const id of ids) await workerEvent(fence, id, 'repointed', { from, ...to, by: copyId })
    if (to.depositionId !== from) await tellMoved(fence, ids)
    return await readCopy(fence, copyId)
  })
}

async function tellMoved(fence: Fenced, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const copy = await readCopy(fence, id)
    if (copy.state === 'finished')
      await post(fence, await readNow(fence), [{ copyId: id, kind: 'copy.moved', payload: whereabouts(copy) }])
  }
}

export async function workerEvent(
  fence: Fenced,
  copyId: number,
  kind: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await appendEvent(fence, workerEventOf(fence, copyId, kind, data))
}

/** An event of the worker, under its term. */
export function workerEventOf(
  fence: Fenced,
  copyId: number,
  kind: string,
  data: Readonly<Record<string, unknown>>,
): NewEvent {
  return { copyId, kind, actor: 'worker', term: fence.proof.term, data }
}

/** The copy as it is within the transaction. */
export async function readCopy(fence: Fenced, copyId: number): Promise<Copy> {
  const [row] = await selectCopies(fence.trx).where('c.id', copyId)
  if (row === undefined) throw new Error(`copy ${copyId} is gone`)
  return toCopy(row)
}
