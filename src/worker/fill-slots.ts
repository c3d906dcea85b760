/** What runs next, and in which slot? As many copies as there is room for, while nothing keeps the worker from claiming. */
import type { ClaimedCopy } from '../replication/ports/work-store.ts'
import { roomFor } from './room.ts'
import { runSlot } from './run-slot.ts'
import type { Shift } from './shift.ts'
import type { Slot } from './slots.ts'
import { createTurnover, type Turnover } from './turnover.ts'

/** Ends and claims of this shift: whenever a copy ends, another takes its slot in the same transaction. */
export function turnoverOf(shift: Shift): Turnover {
  const { ports, settings, slots, lead, run, state, breaker, ends } = shift
  const turnover: Turnover = createTurnover({
    settle: (endings, next) => ports.work.settle(lead.proof, endings, next),
    next: (ending) => {
      if (ends.aborted || state.halted || state.strays || breaker.open() !== null) return null
      const running = { copies: slots.count() - ending, large: slots.countLarge(settings.largeBytes) }
      const room = roomFor(settings, running)
      return room && { proof: lead.proof, ...room, only: run.only }
    },
    start: (claimed) => {
      for (const one of claimed) startSlot(one, shift, turnover)
    },
    doubt: () => {
      state.strays = true
    },
  })
  return turnover
}

function startSlot(one: ClaimedCopy, { ports, lead, slots, stop, state, breaker }: Shift, turnover: Turnover): void {
  ports.emit({ kind: 'copy.claimed', copy: one.copy, term: lead.proof.term })
  const runCopy = (what: ClaimedCopy, slot: Slot) => ports.runCopy(what, lead, slot)
  const slotPorts = { turnover, emit: ports.emit, lead, breaker, runCopy, stopping: stop }
  slots.start(one, async (slot) => {
    if (!(await runSlot(one, slot, slotPorts))) state.strays = true
  })
}
