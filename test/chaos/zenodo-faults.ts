/** What can be wrong with Zenodo? Single answers, by the troubles of the random histories; and all of it for a while. */
import { setTimeout as delay } from 'node:timers/promises'
import { arm, calm, set } from '../property/trouble.ts'
import type { Chaos } from './chaos.ts'
import { type Injected, running } from './injected.ts'
import type { Fault } from './plan.ts'

type ZenodoFault = Extract<Fault, { kind: 'zenodo out' | 'trouble' }>
type Out = Extract<Fault, { kind: 'zenodo out' }>

const day = 86_400_000

const outages = {
  stalls: { delayMs: day, drop: true },
  'answers 502': { status: 502 },
  'answers half': { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id": 1' },
  'answers 429': { status: 429, headers: { 'retry-after': '1' }, body: { status: 429, message: '100 per 1 minute' } },
} as const

export async function inject(fault: ZenodoFault, chaos: Chaos): Promise<Injected | null> {
  const affected = await running(chaos)
  if (fault.kind === 'zenodo out') await takeOut(fault, chaos)
  else if (fault.act.act === 'fault') await arm(fault.act, { stage: chaos.place, armed: [] })
  else await set(fault.act, chaos.place)
  return { affected, since: performance.now() }
}

/** Troubles that were armed before are over with it. */
async function takeOut({ how, ms }: Out, { zenodo, place }: Chaos): Promise<void> {
  if (how === 'is killed') {
    await zenodo.kill()
    await delay(ms)
    return await zenodo.start()
  }
  await place.zenodo.fault({ match: { path: '^/api/' }, times: 0, ...outages[how] })
  await delay(ms)
  await place.zenodo.clearFaults()
}

/** Ends a trouble that was armed. @returns how many requests it hit */
export async function endTrouble({ place, settings }: Chaos): Promise<number> {
  const response = await fetch(`${place.emulator.url}/_emulator/faults`)
  const { faults } = (await response.json()) as { readonly faults: ReadonlyArray<{ readonly used: number }> }
  await calm(place, [])
  await place.zenodo.settings({ indexLagSeconds: settings.lagMs / 1000 })
  return faults[0]?.used ?? 0
}
