/** How does a whole run go? All is started, the plan is carried out while the load goes through, all comes to rest, and is checked. */
import { casualtiesOf } from './casualties.ts'
import { type Chaos, openChaos } from './chaos.ts'
import { checkAnnouncements, checkEnds, checkLostLeases, checkOutcome } from './checks.ts'
import { openCluster } from './cluster.ts'
import { type ChaosDatabase, openDatabase } from './database.ts'
import { type Ending, endRun } from './ending.ts'
import { type Fault, faultText, onCluster, planOf } from './plan.ts'
import { createRandom } from './random.ts'
import { summaryText, tableText } from './report.ts'
import { runPlan } from './run-plan.ts'
import type { LoadSettings } from './settings.ts'

export interface RunOptions {
  readonly seed: number
  /** Besides troubles at Zenodo that come along. */
  readonly faults: number
  readonly hosts: number
  readonly datasets: number
  /** Copies that wait or run at the same time. */
  readonly backlog: number
  /** Of three nodes, instead of one server. */
  readonly cluster?: boolean
  /** Which faults of the plan are carried out. */
  readonly only?: (fault: Fault) => boolean
  readonly say: (line: string) => void
}

export interface RunResult {
  readonly findings: readonly string[]
  readonly text: string
}

/** @returns null when there is no MariaDB here. */
export async function runChaos(options: RunOptions): Promise<RunResult | null> {
  const startedAt = performance.now()
  const database = await (options.cluster ? openCluster() : openDatabase())
  if (database === null) return null
  try {
    return await runOn(database, options, startedAt)
  } finally {
    await database.close()
  }
}

async function runOn(database: ChaosDatabase, options: RunOptions, startedAt: number): Promise<RunResult> {
  const { seed, say } = options
  const settings = settingsFrom(seed)
  say(`seed ${seed}: ${JSON.stringify(settings)}`)
  for (const what of database.missing) say(`!! ${what}`)
  const chaos = await openChaos(database, { ...options, settings })
  try {
    for (const host of chaos.hosts) host.start()
    const stopLoad = chaos.load.keep(options.backlog)
    const carried = await runPlan(planFor(options), chaos, say)
    const loadEnd = await settled(stopLoad())
    say('all causes are gone; what is left comes to its end')
    const ending = await endRun(chaos)
    const findings = [...carried.findings, ...loadEnd, ...ending.findings, ...(await check(chaos, ending))]
    const table = tableText(carried.tallies, await casualtiesOf(chaos.place))
    const seconds = (performance.now() - startedAt) / 1000
    return { findings, text: `${table}\n${summaryText({ chaos, carried, ending, findings, seconds })}` }
  } finally {
    await chaos.close()
  }
}

async function settled(work: Promise<void>): Promise<string[]> {
  return await work.then(
    () => [],
    (error: unknown) => [`the load: ${String(error)}`],
  )
}

async function check(chaos: Chaos, { said }: Ending): Promise<string[]> {
  const { place, load, settings, journal, pasts } = chaos
  return [
    ...(await checkOutcome({ place, ledger: load.ledger, dataDoi: settings.dataDoi, said })),
    ...checkLostLeases(journal.entries),
    ...checkAnnouncements(journal.entries),
    ...checkEnds(pasts),
  ]
}

function settingsFrom(seed: number): LoadSettings {
  const random = createRandom(seed)
  return {
    api: random.pick(['deposit', 'deposit', 'records']),
    dataDoi: random.pick(['dataset', 'zenodo']),
    checksums: random.pick(['sha-256', 'md5', 'none']),
    slots: 3,
    filesInFlight: random.pick([1, 3]),
    filesPerRecord: random.pick([100, 100, 3]),
    lagMs: random.pick([0, 0, 80]),
  }
}

type PlanOptions = Pick<RunOptions, 'seed' | 'faults' | 'cluster' | 'only'>

function planFor({ seed, faults, cluster = false, only = () => true }: PlanOptions): Fault[] {
  const plan = planOf(seed, faults)
  return (cluster ? plan.map(onCluster) : plan).filter(only)
}

/** What would be done, a line each. */
export function planText(options: PlanOptions): string {
  return planFor(options)
    .map((fault, index) => `${index + 1}: ${faultText(fault)}`)
    .join('\n')
}
