/** How is a plan carried out? Fault by fault, each when the service works again after the one before. */
import type { Chaos } from './chaos.ts'
import { inject } from './faults.ts'
import { type Fault, faultText, labelOf } from './plan.ts'
import { boundMs, recovery } from './recovery.ts'
import { endTrouble } from './zenodo-faults.ts'

/** What came of the faults of one label. */
export interface Tally {
  injected: number
  /** Its point was not reached, or no request came in its way. */
  missed: number
  readonly affected: Set<number>
  worstMs: number
  boundMs: number
}

export interface Carried {
  readonly tallies: ReadonlyMap<string, Tally>
  /** What must not have happened. */
  readonly findings: string[]
}

/** Longer than any fault should take, so that a run comes to its end. */
const patienceMs = 40_000

export async function runPlan(plan: readonly Fault[], chaos: Chaos, say: (line: string) => void): Promise<Carried> {
  const tallies = new Map<string, Tally>()
  const findings: string[] = []
  const tallyOf = (fault: Fault) => {
    const label = labelOf(fault)
    const tally = tallies.get(label) ?? { injected: 0, missed: 0, affected: new Set(), worstMs: 0, boundMs: 0 }
    tallies.set(label, tally)
    return tally
  }
  let armed: Tally | null = null
  for (const [index, fault] of plan.entries()) {
    const text = `${index + 1} of ${plan.length}: ${faultText(fault)}`
    try {
      if ((await recovery(chaos, performance.now(), patienceMs)) === null) throw new Error('nothing goes on before it')
      if (fault.kind === 'trouble') {
        countTrouble(armed, await endTrouble(chaos))
        armed = fault.act.act === 'fault' ? tallyOf(fault) : null
      }
      const said = await carryOut(fault, chaos, tallyOf(fault))
      say(`${text} → ${said}`)
    } catch (error) {
      findings.push(`${text}: ${String(error)}`)
      say(`${text} → ${String(error)}`)
      if (findings.length > 2) break
    }
  }
  countTrouble(armed, await endTrouble(chaos))
  return { tallies, findings }
}

function countTrouble(armed: Tally | null, used: number): void {
  if (armed === null) return
  if (used > 0) armed.injected += 1
  else armed.missed += 1
}

/** @returns what came of it, in words. @throws when the service did not come back in time */
async function carryOut(fault: Fault, chaos: Chaos, tally: Tally): Promise<string> {
  const injected = await inject(fault, chaos)
  if (injected === null) {
    tally.missed += 1
    return 'not reached'
  }
  for (const id of injected.affected) tally.affected.add(id)
  if (fault.kind === 'trouble' && fault.act.act === 'fault') return 'armed'
  tally.injected += 1
  if (fault.kind === 'trouble') return 'set'
  const bound = boundMs(fault, chaos)
  const ms = await recovery(chaos, injected.since, patienceMs)
  if (ms === null) throw new Error(`nothing goes on after ${patienceMs} ms`)
  tally.worstMs = Math.max(tally.worstMs, ms)
  tally.boundMs = bound
  if (ms > bound) throw new Error(`it went on after ${ms} ms, not within ${bound}`)
  return `${injected.affected.length} copies affected, goes on after ${ms} ms`
}
