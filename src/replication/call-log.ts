/** Which calls did a run make to Zenodo? Heard as they are told, and kept with what came of the run: people see them in its story. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Emit, ServiceEvent } from './events.ts'
import type { Outcome, RunCalls } from './ports/work-store.ts'

type Call = Extract<ServiceEvent, { kind: 'zenodo.call' }>

/** Of a run with a thousand files how it began, and how it ended. */
const kept = { first: 20, last: 40 }

interface Heard {
  readonly first: Call[]
  readonly last: Call[]
  count: number
}

export interface CallLog {
  /** Tells on what it hears. */
  readonly emit: Emit
  /** A run, whose outcome comes with its calls. */
  readonly during: (run: () => Promise<Outcome>) => Promise<Outcome>
}

export function createCallLog(emit: Emit): CallLog {
  const runs = new AsyncLocalStorage<Heard>()
  return {
    emit: (event) => {
      const run = runs.getStore()
      if (event.kind === 'zenodo.call' && run !== undefined) hear(run, event)
      emit(event)
    },
    during: (run) => {
      const heard: Heard = { first: [], last: [], count: 0 }
      return runs.run(heard, async () => ({ ...(await run()), made: toldOf(heard) }))
    },
  }
}

function hear(run: Heard, call: Call): void {
  run.count += 1
  if (run.first.length < kept.first) run.first.push(call)
  else run.last.push(call)
  if (run.last.length > kept.last) run.last.shift()
}

function toldOf({ first, last, count }: Heard): RunCalls {
  const calls = [...first, ...last].map(({ method, path, status, durationMs: ms }) => ({ method, path, status, ms }))
  return { calls, callsLeftOut: count - calls.length }
}
