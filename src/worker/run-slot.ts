/** How does one slot bring its copy to an end, and make sure that the end is written down? */

import type { Copy } from '../core/copy.ts'
import { asFailure, Failure, isFailure } from '../core/failure.ts'
import type { Emit, ServiceEvent } from '../replication/events.ts'
import type { ClaimedCopy, Outcome } from '../replication/ports/work-store.ts'
import type { Breaker } from './breaker.ts'
import type { HeldLease } from './keep-lease.ts'
import type { Slot } from './slots.ts'
import { sleep } from './timers.ts'
import type { Turnover } from './turnover.ts'

export interface SlotPorts {
  readonly turnover: Turnover
  readonly emit: Emit
  readonly lead: HeldLease
  readonly breaker: Breaker
  readonly runCopy: (claimed: ClaimedCopy, slot: Slot) => Promise<Outcome>
  /** Aborts when the worker is asked to stop. */
  readonly stopping: AbortSignal
}

/**
 * BE CAREFUL: nothing here may throw.
 * @returns whether the end was written down; if not, the copy may still be `replicating` under this term
 */
export async function runSlot(claimed: ClaimedCopy, slot: Slot, ports: SlotPorts): Promise<boolean> {
  const signal = AbortSignal.any([slot.signal, ports.stopping, ports.lead.signal])
  try {
    const outcome = await outcomeFor(claimed, { ...slot, signal }, ports)
    if (outcome !== null) await settleForSure(claimed, outcome, { slot, ports })
    return outcome !== null
  } catch (error) {
    ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return false
  }
}

/** Null: the copy is no longer ours, nothing may be written. A stop releases the copy where it stands. */
async function outcomeFor(claimed: ClaimedCopy, slot: Slot, ports: SlotPorts): Promise<Outcome | null> {
  try {
    const outcome = await ports.runCopy(claimed, slot)
    return await withoutOutage(outcome, slot, ports)
  } catch (error) {
    if (ports.lead.signal.aborted || isFailure(error, 'lease_lost', 'claim_lost')) return null
    if (ports.stopping.aborted) return { kind: 'released', reason: 'shutdown', delayMs: 0 }
    const failure = asFailure(error)
    return { kind: 'error', failure, attempt: true }
  }
}

/** An outage is not the copy's failure: it waits, and is charged no attempt. */
async function withoutOutage(outcome: Outcome, slot: Slot, ports: SlotPorts): Promise<Outcome> {
  if (outcome.kind === 'finished') return outcome
  const failure = outcome.kind === 'released' ? null : outcome.failure
  if (outcome.kind === 'released' && outcome.reason !== 'zenodo_token_refused') return outcome
  const judged = failure ?? new Failure('zenodo_token_refused', 'Zenodo refused the token.')
  if (!(await ports.breaker.isOutage(judged, slot.signal))) return outcome
  // no pause of its own: the breaker halts claiming, and the copy goes on as soon as that ends
  return { kind: 'released', reason: judged.code, delayMs: judged.retryAfterMs ?? 0 }
}

/** A database that is away for a moment must not lose the outcome: tried until it is written or the lease is lost. */
async function settleForSure(
  claimed: ClaimedCopy,
  outcome: Outcome,
  { slot, ports }: { slot: Slot; ports: SlotPorts },
): Promise<void> {
  for (;;) {
    try {
      const copy = await ports.turnover.settle(claimed.copy.id, outcome)
      return ports.emit(eventOf(copy, outcome))
    } catch (error) {
      if (ports.lead.signal.aborted || slot.signal.aborted || isFailure(error, 'lease_lost', 'claim_lost')) throw error
      ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
      await sleep(1000, ports.lead.signal)
    }
  }
}

function eventOf(copy: Copy, outcome: Outcome): ServiceEvent {
  switch (outcome.kind) {
    case 'finished':
      return { kind: 'copy.finished', copy }
    case 'retry':
      return { kind: 'copy.retry', copy, failure: outcome.failure, delayMs: outcome.delayMs }
    case 'error':
      return { kind: 'copy.error', copy, failure: outcome.failure }
    case 'released':
      return { kind: 'copy.released', copy, reason: outcome.reason }
  }
}
