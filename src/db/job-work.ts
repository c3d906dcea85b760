/** How does the leader go on with a job: what it has to do, what came of it, and when it is over? Every write is fenced. */
import { backfillPriority } from '../core/copy.ts'
import type { ItemResult, ItemToDo, Job, JobStore } from '../replication/ports/jobs.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced } from './fence.ts'
import { insertRows } from './insert-rows.ts'
import { concernedAfter } from './job-plan.ts'
import { type ItemRow, selectJobs, toItemToDo } from './job-rows.ts'
import { type CopyRow, selectCopies, toCopy } from './rows.ts'
import { now, readNow } from './transaction.ts'

/** Copies that become items with one transaction. */
const plannedAtOnce = 500

export function createJobStore(db: Database): JobStore {
  return {
    open: () => selectJobs(db, (query) => query.whereIn('state', ['waiting', 'running']).orderBy('id')),
    plan: (proof, job) => plan(db, proof, job),
    take: (proof, jobId) => take(db, proof, jobId),
    settle: (proof, item, result) => settle(db, proof, { item, result }),
    failedOnce: (proof, { id }) =>
      fenced(db, proof, async (fence) => {
        await fence.trx('job_items').where({ id }).increment('failures', 1)
      }),
    waiting: async (jobId) => {
      const rows: ItemRow[] = await db.knex('job_items').where({ job_id: jobId, state: 'waiting' }).orderBy('id')
      return rows.map(toItemToDo)
    },
    copiesOf: async (ids) => {
      const rows: CopyRow[] = await selectCopies(db.knex).whereIn('c.id', [...ids])
      return rows.map(toCopy)
    },
    currentWaits: () => currentWaits(db),
    end: (proof, jobId) => end(db, proof, jobId),
  }
}

/** The pace is measured anew whenever a job begins to run. */
async function run(fence: Fenced, jobId: number): Promise<void> {
  const measured = fence.trx.raw('items_done + items_failed + items_passed')
  const at = now(fence)
  await fence
    .trx('jobs')
    .where({ id: jobId, state: 'waiting' })
    .update({ state: 'running', measured_from: at, measured_items: measured, updated_at: at })
}

async function plan(db: Database, proof: LeaseProof, job: Job): Promise<boolean> {
  return await fenced(db, proof, async (fence) => {
    await run(fence, job.id)
    const row = await fence.trx('jobs').where({ id: job.id }).forUpdate().first('planned_to')
    const after: number | null = row?.planned_to ?? null
    if (after === null) return false
    const found = await concernedAfter({ knex: fence.trx, dialect: db.dialect }, job, { after, limit: plannedAtOnce })
    const last = found.at(-1)
    const planned = last === undefined || found.length < plannedAtOnce ? null : last.id
    await addItems(
      fence,
      job.id,
      found.map(({ id, doi }) => ({ copyId: id, dataset: doi })),
    )
    await fence
      .trx('jobs')
      .where({ id: job.id })
      .update({ planned_to: planned, updated_at: now(fence) })
    return planned !== null
  })
}

async function addItems(fence: Fenced, jobId: number, items: NonNullable<ItemResult['adds']>): Promise<void> {
  if (items.length === 0) return
  const at = await readNow(fence)
  const rows = items.map(({ copyId, dataset }) => {
    return { job_id: jobId, state: 'pending', copy_id: copyId, dataset, updated_at: at }
  })
  await insertRows(fence.trx, 'job_items', rows)
  await fence.trx('jobs').where({ id: jobId }).increment('items_total', items.length)
}

async function take(db: Database, proof: LeaseProof, jobId: number): Promise<ItemToDo | null> {
  return await fenced(db, proof, async (fence) => {
    await run(fence, jobId)
    const pending = fence.trx('job_items').where({ job_id: jobId, state: 'pending' })
    const row: ItemRow | undefined = await pending.orderBy(['turns', 'id']).first()
    if (row === undefined) return null
    await fence.trx('job_items').where({ id: row.id }).increment('turns', 1)
    return toItemToDo(row)
  })
}

const counters = { done: 'items_done', failed: 'items_failed', passed: 'items_passed' } as const

async function settle(
  db: Database,
  proof: LeaseProof,
  { item, result }: { readonly item: Pick<ItemToDo, 'id' | 'jobId'>; readonly result: ItemResult },
): Promise<void> {
  const { state, finding, message, data = {}, dataset, adds = [], bytes = 0 } = result
  await fenced(db, proof, async (fence) => {
    const at = now(fence)
    const changed = await fence
      .trx('job_items')
      .where({ id: item.id })
      .whereIn('state', ['pending', 'waiting'])
      .update({
        state,
        finding,
        message,
        data: JSON.stringify(data),
        updated_at: at,
        ...(dataset === undefined ? {} : { dataset }),
      })
    if (changed === 0) return
    await addItems(fence, item.jobId, adds)
    if (state === 'waiting') return
    await fence
      .trx('jobs')
      .where({ id: item.jobId })
      .update({ updated_at: at })
      .increment({ [counters[state]]: 1, bytes_done: bytes })
  })
}

/** Read from the front: behind those that are due only what backfills have in the queue is passed over. */
async function currentWaits({ knex, dialect }: Database): Promise<boolean> {
  const copies = dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_next_due')
  const sql = `SELECT 1 FROM ${copies} WHERE c.state = 'enqueued' AND c.held_back = 0 AND c.run_after <= ${dialect.now}
    AND c.priority < ? LIMIT 1`
  return dialect.rows(await knex.raw(sql, [backfillPriority])).length > 0
}

async function end(db: Database, proof: LeaseProof, jobId: number): Promise<boolean> {
  return await fenced(db, proof, async (fence) => {
    await run(fence, jobId)
    const left = fence.trx('job_items').where({ job_id: jobId }).whereIn('state', ['pending', 'waiting'])
    if ((await left.first('id')) !== undefined) return false
    const at = now(fence)
    const open = fence.trx('jobs').where({ id: jobId, state: 'running' }).whereNull('planned_to')
    return (await open.update({ state: 'finished', finished_at: at, updated_at: at })) > 0
  })
}
