/** How do jobs go on? A small part of each in turn; what fails is told in its report, and keeps neither the rest of it nor other jobs. */
import type { Copy } from '../../core/copy.ts'
import { asFailure, Failure, isFailure } from '../../core/failure.ts'
import type { JobKind } from '../../core/jobs.ts'
import type { ItemResult, ItemToDo, Job } from '../ports/jobs.ts'
import type { ClaimedCopy, Sibling } from '../ports/work-store.ts'
import { auditCopy } from './audit-copy.ts'
import { bringIn, mayBringIn } from './backfill.ts'
import type { CopyWork, Left, Part } from './job-ports.ts'
import { takeManifest } from './new-manifest.ts'
import { refreshCopy } from './refresh-copy.ts'
import { takedownCopy } from './takedown-copy.ts'

const works: Readonly<Partial<Record<JobKind, CopyWork>>> = {
  audit: auditCopy,
  refresh_metadata: refreshCopy,
  embargo: refreshCopy,
  takedown: takedownCopy,
}

/** One part of each job that is open. */
export async function goOnWithJobs(part: Part): Promise<Left> {
  let left: Left = 'nothing'
  for (const job of await part.jobs.open()) {
    part.signal.throwIfAborted()
    const ofJob = await goOnWith(job, part)
    left = left === 'more' ? 'more' : ofJob
  }
  return left
}

async function goOnWith(job: Job, part: Part): Promise<Left> {
  const { jobs, lead } = part
  if (!job.planned) {
    await jobs.plan(lead.proof, job)
    return 'more'
  }
  if (job.kind === 'backfill' && !(await mayBringIn(job, part))) return 'later'
  const item = await jobs.take(lead.proof, job.id)
  if (item === null) return (await jobs.end(lead.proof, job.id)) ? 'more' : 'later'
  return await perform(item, job, part)
}

/** What is interrupted is taken up again: each piece of work looks first at what is there. */
async function perform(item: ItemToDo, job: Job, part: Part): Promise<Left> {
  const { jobs, lead, signal } = part
  try {
    const result = await resultOf(item, job, part)
    await jobs.settle(lead.proof, item, result)
    return 'more'
  } catch (error) {
    signal.throwIfAborted()
    // a copy works there, and goes first
    if (isFailure(error, 'claim_lost')) return 'later'
    return await fail(item, asFailure(error), part)
  }
}

/** @throws the failure itself when it is nobody's: the item stays as it is */
async function fail(item: ItemToDo, failure: Failure, part: Part): Promise<Left> {
  const { jobs, lead, attempts, isOutage } = part
  const isNobodys = failure.code === 'lease_lost' || failure.code === 'database_unreachable'
  if (isNobodys || (await isOutage(failure))) throw failure
  if (failure.next === 'retry' && item.failures + 1 < attempts) {
    await jobs.failedOnce(lead.proof, item)
    return 'later'
  }
  const { code, message, hint } = failure
  await jobs.settle(lead.proof, item, { state: 'failed', finding: code, message, data: { ...item.data, hint } })
  return 'more'
}

async function resultOf(item: ItemToDo, job: Job, part: Part): Promise<ItemResult> {
  if (job.kind === 'backfill') return await bringIn(item, job, part)
  if (job.kind === 'refresh_metadata' && item.payload !== null) return await takeManifest(part.intake, item.payload)
  const work = works[job.kind]
  if (work === undefined || item.copyId === null) throw new Error(`a ${job.kind} job has no work for item ${item.id}`)
  const idle = await part.upkeep.load(item.copyId)
  if (idle === null) throw new Error(`copy ${item.copyId} is gone`)
  const { copy, siblings } = idle.claimed
  const busy = [copy, ...siblings].find(({ state }) => state === 'replicating')
  if (busy) throw new Failure('claim_lost', `Copy ${busy.id} of the same dataset and family is being worked on.`)
  const later = overtaker(idle.claimed, job.kind)
  if (later) return overtaken(copy, later.id)
  return await part.turns.forJob(copy, part.signal, (signal) => work(idle, part.contextFor(part.lead, signal), job))
}

/** A copy that finished meanwhile, and says now what is to be there. */
function overtaker({ copy, siblings }: ClaimedCopy, kind: JobKind): Sibling | undefined {
  if (kind === 'takedown') return undefined
  return siblings.findLast(
    ({ position, state, depositionId }) =>
      position > copy.position &&
      state === 'finished' &&
      (kind === 'refresh_metadata' ? depositionId !== null : depositionId === copy.depositionId),
  )
}

function overtaken({ id, dataset }: Copy, by: number): ItemResult {
  const message = `Copy ${by} has come to Zenodo after copy ${id}, and takes its place in this job.`
  return { state: 'passed', finding: 'overtaken', message, adds: [{ copyId: by, dataset: dataset.doi }] }
}
