/**
 * How do runs that end and copies that begin reach the table together?
 *
 * One transaction at a time. What ends while one is under way, or within one turn of the event loop, is written by the next,
 * which also claims for the slots that become free.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Copy } from '../core/copy.ts'
import { asFailure, Failure, isFailure } from '../core/failure.ts'
import type { ClaimedCopy, ClaimRequest, Ending, Outcome, Turn } from '../replication/ports/work-store.ts'

export interface TurnoverPorts {
  readonly settle: (endings: readonly Ending[], next: ClaimRequest | null) => Promise<Turn>
  /** What may be claimed when so many running copies end; null: nothing. */
  readonly next: (ending: number) => ClaimRequest | null
  /** Starts what was claimed. Called before any other transaction begins. */
  readonly start: (claimed: readonly ClaimedCopy[]) => void
  /** A claim got no answer: its copies may be ours without a slot that works on them. */
  readonly doubt: () => void
}

export interface Turnover {
  /** @returns the copy as it is now. @throws Failure `claim_lost`, `lease_lost`, or why it could not be written */
  settle(copyId: number, outcome: Outcome): Promise<Copy>
  /** Claims for the free slots. @returns how many copies were started */
  claim(): Promise<number>
  /** Runs `work` while nothing is being settled or claimed. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

interface Waiting {
  readonly ending: Ending
  readonly resolve: (copy: Copy) => void
  readonly reject: (failure: Failure) => void
}

export function createTurnover(ports: TurnoverPorts): Turnover {
  let waiting: Waiting[] = []
  let last: Promise<unknown> = Promise.resolve()

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  const turn = async (): Promise<number> => {
    const batch = waiting
    waiting = []
    const next = ports.next(batch.length)
    return batch.length === 0 && next === null ? 0 : await write(batch, next, ports)
  }
  return {
    settle: (copyId, outcome) =>
      new Promise((resolve, reject) => {
        waiting.push({ ending: { copyId, outcome }, resolve, reject })
        if (waiting.length > 1) return
        // whoever waits is told of a failure; there is nobody else to tell
        void nextTurn().then(() => alone(turn).catch(() => undefined))
      }),
    claim: () => alone(turn),
    alone,
  }
}

async function write(batch: readonly Waiting[], next: ClaimRequest | null, ports: TurnoverPorts): Promise<number> {
  const endings = batch.map(({ ending }) => ending)
  const { settled, claimed } = await ports.settle(endings, next).catch(async (error: unknown) => {
    if (next !== null) ports.doubt()
    await afterFailure(batch, asFailure(error), ports)
    throw error
  })
  for (const [index, { resolve, reject }] of batch.entries()) {
    const result = settled[index]
    if (result instanceof Failure) reject(result)
    else if (result !== undefined) resolve(result)
  }
  // slots that end here are empty before others begin, also when the same copy comes again
  if (batch.length > 0) await nextTurn()
  ports.start(claimed)
  return claimed.length
}

/** What cannot be written must not keep the others from being written: each is then tried by itself. */
async function afterFailure(batch: readonly Waiting[], failure: Failure, ports: TurnoverPorts): Promise<void> {
  const concernsAll = batch.length === 1 || isFailure(failure, 'lease_lost', 'database_unreachable')
  for (const one of batch) {
    if (concernsAll) one.reject(failure)
    else await write([one], null, ports).catch(() => undefined)
  }
}
