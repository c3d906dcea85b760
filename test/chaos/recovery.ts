/** When does the service work again after a fault, and how long may that take? */
import { setTimeout as delay } from 'node:timers/promises'
import type { Chaos } from './chaos.ts'
import { patiently } from './patiently.ts'
import type { Fault } from './plan.ts'
import { quarantineMs, renewMs, stallMs, ttlMs } from './settings.ts'

/** A machine on which much else runs takes so long to start a process, or to come round to one. */
const busyMs = 6000
/** What was under way when it stopped may still be in flight. */
const inFlightMs = 50
/** A session that is idle within a transaction is ended by the server after so long (`src/db/connection.ts`). */
const idleTransactionMs = 5000

/** A cluster finds out who is left, and the proxy before it who is in order, for what fails and again for what comes back. */
const nodesMs = 15_000

/** A leader is followed within its time to live, and a renewal; its copies go on after the quarantine. */
export function boundMs(fault: Fault, { database: { split } }: Chaos): number {
  const follows = ttlMs + renewMs + quarantineMs + busyMs + (split === null ? 0 : nodesMs)
  // a transaction may have been open then, which keeps the lease
  if (fault.kind === 'pause' || fault.kind === 'pause at point') return follows + idleTransactionMs
  if (fault.kind === 'zenodo out') return follows + stallMs
  return follows
}

/**
 * Waits until the leader calls Zenodo, and no copy is left with an earlier leader.
 * @returns how long after `since` that call was; null: not within the time
 */
export async function recovery(chaos: Chaos, since: number, withinMs: number): Promise<number | null> {
  const from = since + inFlightMs
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(30)) {
    const at = firstCallAfter(from, chaos)
    if (at !== null && (await countLeftBehind(chaos)) === 0) return Math.round(at - since)
  }
  return null
}

function firstCallAfter(from: number, { journal }: Chaos): number | null {
  let at: number | null = null
  for (let index = journal.entries.length - 1; index >= 0; index -= 1) {
    const entry = journal.entries[index]!
    if (entry.at < from) break
    if (entry.kind === 'call' && entry.leads) at = entry.at
  }
  return at
}

/** Copies that are claimed under the term of a leader that was followed by another. */
async function countLeftBehind({ database }: Chaos): Promise<number> {
  const { knex } = database.database.owner.db
  const leftBehind = async () =>
    await knex('zenodo_copies')
      .where('state', 'replicating')
      .where('claim_term', '<', knex('leases').max('term'))
      .count('* as count')
  const [row] = await patiently(leftBehind)
  return Number(row?.count)
}
