/** What does the worker that leads tell of itself? One row a lease, written by its holder only. */
import type { LeaseProof } from '../replication/ports/work-store.ts'
import { staleAfterMs, type WorkerReport, type WorkerView } from '../replication/ports/worker-status.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { fenced } from './fence.ts'
import { now } from './transaction.ts'

export async function tellWorker(db: Database, proof: LeaseProof, report: WorkerReport): Promise<void> {
  await fenced(db, proof, async (fence) => {
    const row = { name: proof.name, term: proof.term, report: JSON.stringify(report), updated_at: now(fence) }
    await fence.trx('worker_status').insert(row).onConflict('name').merge()
  })
}

interface Stored {
  readonly term: number
  readonly report: string
  readonly updated_at: string
  readonly age_ms: number
  readonly leads: number
  readonly paused: number
}

/** Null: no worker has led under this name. */
export async function readWorker({ knex, dialect }: Database, name: string): Promise<WorkerView | null> {
  const leads = `CASE WHEN leases.holder IS NOT NULL AND leases.term = worker_status.term AND leases.expires_at >= ${dialect.now} THEN 1 ELSE 0 END`
  const paused = "(SELECT COUNT(*) FROM switches WHERE switches.name = 'pause')"
  const [row]: Stored[] = await knex('worker_status')
    .join('leases', 'leases.name', 'worker_status.name')
    .where('worker_status.name', name)
    .select(
      'worker_status.term',
      'report',
      'updated_at',
      knex.raw(`${dialect.msSince('updated_at')} AS age_ms`),
      knex.raw(`${leads} AS leads`),
      knex.raw(`${paused} AS paused`),
    )
  if (row === undefined) return null
  const report = JSON.parse(row.report) as WorkerReport
  return {
    ...report,
    term: row.term,
    updatedAt: isoTime(row.updated_at),
    ageMs: Math.max(0, row.age_ms),
    stale: row.leads === 0 || row.age_ms > staleAfterMs,
    draining: row.paused > 0 && row.leads === 1 && report.slots.busy > 0,
  }
}
