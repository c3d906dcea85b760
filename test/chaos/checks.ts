/** What must be true after a run, whatever happened? Each finding is a sentence; there should be none. */
import type { Knex } from 'knex'
import { requireLaws } from '../property/laws.ts'
import type { Ledger } from '../property/ledger.ts'
import { requireNoSecrets } from '../property/secrets.ts'
import type { Place } from '../property/stage.ts'
import type { Past } from './host.ts'
import type { Call, Commit } from './journal.ts'

export interface Evidence {
  readonly place: Place
  readonly ledger: Ledger
  readonly dataDoi: 'dataset' | 'zenodo'
  /** What all processes said. */
  readonly said: readonly string[]
}

/** Tables, records, events and texts: what holds however the load went through. */
export async function checkOutcome({ place, ledger, dataDoi, said }: Evidence): Promise<string[]> {
  const password = new URL(place.database.url).password
  const secrets = { token: place.emulator.token, password, heard: [...said] }
  const laws = [
    requireLaws({ stage: place, ledger, history: { settings: { dataDoi } } }),
    requireNoSecrets({ stage: place, secrets }),
  ]
  const ends = await Promise.allSettled(laws)
  const broken = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []))
  return [...broken, ...(await checkTerms(place.database.owner.db.knex))]
}

/** I1: terms only grow. I2: one holder a term. I3: nothing is written under a term after the first write under a later one. */
async function checkTerms(knex: Knex): Promise<string[]> {
  const history: Array<{ term: number; holder: string }> = await knex('lease_history')
    .orderBy('id')
    .select('term', 'holder')
  const falling = history.filter(({ term }, index) => index > 0 && term <= history[index - 1]!.term)
  const events: Array<{ id: number; term: number }> = await knex('zenodo_copy_events')
    .whereNotNull('term')
    .orderBy('id')
    .select('id', 'term')
  let highest = 0
  const stale = events.filter(({ term }) => {
    const isStale = term < highest
    highest = Math.max(highest, term)
    return isStale
  })
  return [
    ...falling.map(({ term, holder }) => `I1, I2: term ${term} of ${holder} is not above the one before it`),
    ...stale.map(({ id, term }) => `I3: event ${id} was written under the term ${term} after a later one`),
  ]
}

type Entries = ReadonlyArray<Call | Commit>

/** How late what was under way to the proxies may be seen there. */
const inFlightMs = 100

/** No request of a process begins, and none goes on, after another one has the lease. */
export function checkLostLeases(entries: Entries): string[] {
  const acquired = entries.filter((entry): entry is Commit => entry.kind === 'commit' && entry.name === 'lease acquire')
  const lostAt = (worker: number) => {
    const own = acquired.findLastIndex((one) => one.worker === worker)
    return acquired[own + 1]?.at ?? Number.POSITIVE_INFINITY
  }
  return entries.flatMap((entry) => {
    if (entry.kind !== 'call') return []
    const lost = lostAt(entry.worker) + inFlightMs
    const what = `process ${entry.worker}: ${entry.method} ${entry.path}`
    if (entry.at > lost) return [`${what} began ${Math.round(entry.at - lost)} ms after its lease was another's`]
    if (entry.endedAt === null || entry.endedAt <= lost) return []
    return [`${what} was sent to its end ${Math.round(entry.endedAt - lost)} ms after its lease was another's`]
  })
}

/** Calls that must not be made twice, and what they are announced as. */
const irreversible: Readonly<Record<string, string>> = {
  create: 'create',
  newversion: 'new_version',
  publish: 'publish',
  discard: 'discard',
}

/** I6: no irreversible call without its announcement by the same process before it, one for each. */
export function checkAnnouncements(entries: Entries): string[] {
  const open = new Map<string, number>()
  return entries.flatMap((entry) => {
    if (entry.kind === 'commit') {
      for (const what of entry.announced)
        open.set(`${entry.worker} ${what}`, (open.get(`${entry.worker} ${what}`) ?? 0) + 1)
      return []
    }
    const operation = irreversible[entry.name]
    // refused for being one too many it has done nothing, and is made again
    if (operation === undefined || /files-import/.test(entry.path) || entry.status === 429) return []
    const id = operation === 'create' ? '' : (/(?:depositions|records)\/([\w-]+)/.exec(entry.path)?.[1] ?? '')
    const key = `${entry.worker} ${`${operation} ${id}`.trim()}`
    const announced = open.get(key) ?? 0
    // the records API gives the same draft however often it is asked, and what is discarded stays so: both calls may be
    // repeated by the request itself, so there one announcement is for any number
    const mayRepeat = entry.name === 'discard' || /\/versions$/.test(entry.path)
    if (!mayRepeat) open.set(key, Math.max(0, announced - 1))
    return announced > 0 ? [] : [`I6: process ${entry.worker}: ${entry.method} ${entry.path} was not announced`]
  })
}

/** Done, a database that is away, a lost lease, a second SIGTERM, and what the faults do. */
const explained = new Set<number | NodeJS.Signals>([0, 5, 75, 130, 'SIGKILL', 'SIGTERM'])

export function checkEnds(pasts: readonly Past[]): string[] {
  return pasts
    .filter(({ end }) => !explained.has(end))
    .map(({ host, worker, end, said }) => `process ${worker} on ${host} ended with ${end}: ${said.slice(-500)}`)
}
