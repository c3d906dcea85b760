/** How do people start jobs, look at them, and stop them? */
import { normaliseDoi } from '../core/doi.ts'
import { Failure } from '../core/failure.ts'
import { type ItemState, type JobAction, requireJobAction } from '../core/jobs.ts'
import type { Actor } from '../replication/ports/desk.ts'
import type { ItemsRequest, Job, JobDesk, JobItem, JobParameters, NewJob } from '../replication/ports/jobs.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { insertRows } from './insert-rows.ts'
import { countConcerned } from './job-plan.ts'
import { repair } from './job-repair.ts'
import { type ItemRow, selectJobs, toItem } from './job-rows.ts'
import { inTransaction, now, readNow, type Transaction } from './transaction.ts'

export function createJobDesk(db: Database): JobDesk {
  const get = async (id: number) => (await selectJobs(db, (query) => query.where({ id })))[0] ?? null
  return {
    start: async (job) => await requireJob(db, await insertJob(db, job, 'waiting')),
    startWith: (job, payloads) => startWith(db, job, payloads),
    get,
    list: ({ before, limit }) =>
      selectJobs(db, (query) => {
        if (before !== undefined) query.where('id', '<', before)
        return query.orderBy('id', 'desc').limit(limit)
      }),
    items: (id, request) => items(db, id, request),
    async act(id, action, actor) {
      await act(db, id, { action, actor })
      return await get(id)
    },
    repair: (id, actor) => repair(db, id, actor),
    wouldDo: (kind, parameters) => countConcerned(db, kind, parameters),
  }
}

/** @param planned_to 0: copies are still to be looked for; null: there are none to be looked for */
async function insertJob(
  db: Database,
  { kind, parameters, actor }: NewJob,
  state: 'waiting' | 'loading',
): Promise<number> {
  return await inTransaction(db, async (transaction) => {
    const at = now(transaction)
    if (kind === 'embargo') await setEmbargo(transaction, parameters)
    const [id] = await transaction.trx('jobs').insert({
      kind,
      parameters: JSON.stringify(parameters),
      state,
      planned_to: state === 'waiting' ? 0 : null,
      started_by: actor.name,
      reason: actor.reason,
      created_at: at,
      updated_at: at,
    })
    if (id === undefined) throw new Error('a new job has no id')
    const subject = { job: id, kind, ...parameters }
    await recordAudit(transaction, { action: 'jobs.start', actor, subject, outcome: {} })
    return id
  })
}

/** With the job, so that no copy that runs meanwhile opens what the job closes. */
async function setEmbargo({ trx }: Transaction, { filter, until = null }: JobParameters): Promise<void> {
  const doi = normaliseDoi(filter?.dataset ?? '') ?? ''
  const changed = await trx('datasets').where({ doi }).update({ embargo_until: until })
  if (changed === 0) throw new Failure('dataset_not_found', `There is no dataset ${filter?.dataset ?? ''} here.`)
}

/** When what comes breaks off, nothing of it is begun. */
async function startWith(db: Database, job: NewJob, payloads: AsyncIterable<readonly string[]>): Promise<Job> {
  const id = await insertJob(db, job, 'loading')
  try {
    for await (const part of payloads) await addPayloads(db, id, part)
  } catch (error) {
    const text = 'What was sent for it broke off, so nothing of it was begun.'
    await db.knex('jobs').where({ id }).update({ state: 'cancelled', error_message: text })
    throw error
  }
  await inTransaction(db, async (transaction) => {
    const ready = { state: 'waiting', updated_at: now(transaction) }
    await transaction.trx('jobs').where({ id, state: 'loading' }).update(ready)
  })
  return await requireJob(db, id)
}

async function addPayloads(db: Database, jobId: number, payloads: readonly string[]): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const at = await readNow(transaction)
    const rows = payloads.map((payload) => ({ job_id: jobId, state: 'pending', payload, updated_at: at }))
    await insertRows(transaction.trx, 'job_items', rows)
    await transaction.trx('jobs').where({ id: jobId }).increment('items_total', rows.length)
  })
}

async function requireJob(db: Database, id: number): Promise<Job> {
  const [job] = await selectJobs(db, (query) => query.where({ id }))
  if (job === undefined) throw new Error(`job ${id} is gone`)
  return job
}

async function items({ knex }: Database, jobId: number, request: ItemsRequest): Promise<JobItem[]> {
  const { states, finding, after = 0, limit } = request
  const query = knex('job_items').where({ job_id: jobId }).where('id', '>', after).orderBy('id').limit(limit)
  if (states !== undefined) query.whereIn('state', [...states])
  if (finding !== undefined) query.where({ finding })
  const columns = [
    'id',
    'job_id',
    'state',
    'failures',
    'copy_id',
    'dataset',
    'finding',
    'message',
    'data',
    'updated_at',
  ]
  const rows: Array<Omit<ItemRow, 'payload'> & { readonly state: ItemState }> = await query.select(columns)
  return rows.map(toItem)
}

async function act(
  db: Database,
  id: number,
  { action, actor }: { readonly action: JobAction; readonly actor: Actor },
): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const row = await transaction.trx('jobs').where({ id }).forUpdate().first('id', 'state')
    if (row === undefined) return
    const state = requireJobAction(row, action)
    const at = now(transaction)
    const ended = state === 'cancelled' ? { finished_at: at } : {}
    const words =
      action === 'resume' ? null : `${action} by ${actor.name}${actor.reason === null ? '' : `: ${actor.reason}`}`
    await transaction
      .trx('jobs')
      .where({ id })
      .update({ state, updated_at: at, error_message: words, ...ended })
    await recordAudit(transaction, { action: `jobs.${action}`, actor, subject: { job: id }, outcome: { state } })
  })
}
