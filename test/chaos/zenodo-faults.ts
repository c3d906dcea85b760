/** What can be wrong with Zenodo? Single answers, by the troubles of the random histories; and all of it for a while. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FaultAct } from '../property/history.ts'
import { arm, calm, set, staleRead } from '../property/trouble.ts'
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
  else if (fault.act.act === 'fault') await trouble(fault.act, chaos)
  else await set(fault.act, chaos.place)
  return { affected, since: performance.now() }
}

async function trouble(act: FaultAct, chaos: Chaos): Promise<void> {
  const { call } = act
  if (act.trouble === 'stale') return await armStale(chaos)
  const rare = call === 'discard' || call === 'edit' ? call : null
  await arm({ ...act, skip: rare === null ? act.skip : 0 }, { stage: chaos.place, armed: [] })
  if (rare !== null) await chaos.load.lead(rare)
}

/** What is being worked on is read as it is now. */
async function armStale({ place }: Chaos): Promise<void> {
  const ids: string[] = await place.database.owner.db
    .knex('zenodo_copies')
    .where('state', 'replicating')
    .whereNotNull('deposition_id')
    .pluck('deposition_id')
  const paths = ids.flatMap((id) => [`deposit/depositions/${id}`, `records/${id}/draft`, `records/${id}`])
  const reads = await Promise.all(paths.map((path) => staleRead(`/api/${path}`, place)))
  for (const read of reads) if (read !== null) await place.zenodo.fault({ ...read, times: 1 })
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
  return faults.reduce((sum, { used }) => sum + used, 0)
}
