/** Which faults happen, and in what order? Chosen from the seed alone, so that a run can be repeated. */
import fc from 'fast-check'
import { fault as anyTrouble } from '../property/any-history.ts'
import type { FaultAct, MoodAct } from '../property/history.ts'
import { type Point, points, pointText } from './points.ts'
import { createRandom, type Random } from './random.ts'

type Signal = 'SIGKILL' | 'SIGTERM'

interface AtPoint {
  readonly point: Point
}

export type Fault =
  | { readonly kind: 'signal'; readonly signal: Signal; readonly afterMs: number }
  | ({ readonly kind: 'signal at point'; readonly signal: Signal } & AtPoint)
  | { readonly kind: 'pause'; readonly ttls: number; readonly afterMs: number }
  | ({ readonly kind: 'pause at point'; readonly ttls: number } & AtPoint)
  | { readonly kind: 'host lost'; readonly afterMs: number }
  | { readonly kind: 'second worker' }
  | ({ readonly kind: 'connection cut' } & AtPoint)
  | { readonly kind: 'sessions killed' }
  | { readonly kind: 'database ended'; readonly signal: Signal; readonly awayMs: number }
  | { readonly kind: 'database read-only'; readonly ms: number }
  | { readonly kind: 'database full'; readonly ms: number }
  | { readonly kind: 'clock stepped'; readonly hours: 1 | -1 }
  | { readonly kind: 'node split'; readonly ms: number }
  | {
      readonly kind: 'zenodo out'
      readonly how: 'stalls' | 'answers 502' | 'answers 429' | 'answers half' | 'is killed'
      readonly ms: number
    }
  | { readonly kind: 'trouble'; readonly act: FaultAct | MoodAct }

/** Of a hundred, about so many are of each kind. */
const deck: ReadonlyArray<readonly [number, (random: Random, next: () => AtPoint) => Fault]> = [
  [26, (_, next) => ({ kind: 'signal at point', signal: 'SIGKILL', ...next() })],
  [7, (_, next) => ({ kind: 'signal at point', signal: 'SIGTERM', ...next() })],
  [10, (random) => ({ kind: 'signal', signal: 'SIGKILL', afterMs: random.int(600) })],
  [3, (random) => ({ kind: 'signal', signal: 'SIGTERM', afterMs: random.int(600) })],
  [3, (random) => ({ kind: 'host lost', afterMs: random.int(600) })],
  [13, (random, next) => ({ kind: 'pause at point', ttls: random.pick([0.5, 1, 3]), ...next() })],
  [10, (random) => ({ kind: 'pause', ttls: random.pick([0.5, 1, 3]), afterMs: random.int(600) })],
  [1, () => ({ kind: 'second worker' })],
  [8, (_, next) => ({ kind: 'connection cut', ...next() })],
  [3, () => ({ kind: 'sessions killed' })],
  [2, (random) => ({ kind: 'database ended', signal: 'SIGKILL', awayMs: random.pick([0, 1000, 5000]) })],
  [2, (random) => ({ kind: 'database ended', signal: 'SIGTERM', awayMs: random.pick([0, 1000, 5000]) })],
  [3, (random) => ({ kind: 'database read-only', ms: random.pick([500, 4000]) })],
  [2, (random) => ({ kind: 'database full', ms: random.pick([1000, 4000]) })],
  [1, () => ({ kind: 'clock stepped', hours: 1 })],
  [1, () => ({ kind: 'clock stepped', hours: -1 })],
  [1, () => ({ kind: 'zenodo out', how: 'stalls', ms: 3000 })],
  [1, () => ({ kind: 'zenodo out', how: 'answers 502', ms: 2000 })],
  [1, () => ({ kind: 'zenodo out', how: 'answers 429', ms: 2000 })],
  [1, () => ({ kind: 'zenodo out', how: 'answers half', ms: 2000 })],
  [2, (random) => ({ kind: 'zenodo out', how: 'is killed', ms: random.pick([0, 1000]) })],
]

/** What cannot be done to a cluster gives way to what can be done to nothing else. */
export function onCluster(fault: Fault): Fault {
  const isLeft = fault.kind === 'database full' || fault.kind === 'clock stepped'
  return isLeft ? { kind: 'node split', ms: 4000 } : fault
}

/** How many of the faults come with a trouble at Zenodo before them. */
const troubled = 0.4

/** @param faults without the troubles that come along. */
export function planOf(seed: number, faults: number): Fault[] {
  const random = createRandom(seed)
  const nextTrouble = troublesInTurn(seed, random)
  const nextPoint = inTurn(points, random)
  const next = () => ({ point: nextPoint() })
  return decks(random, faults).flatMap((choose) => {
    const fault = choose(random, next)
    if (!random.chance(troubled)) return [fault]
    const mood = moods[random.int(4 * moods.length)]
    return [{ kind: 'trouble', act: mood ?? nextTrouble() }, fault]
  })
}

const moods: readonly MoodAct[] = [
  { act: 'wrong_md5', times: 2 },
  { act: 'mood', mood: 'flip403', on: true },
  { act: 'mood', mood: 'bucketDeleteFails', on: true },
  { act: 'source', trouble: 'error', times: 3 },
  { act: 'source', trouble: 'cut', times: 3 },
]

/** Each kind as often as the others, whatever the random histories prefer. */
function troublesInTurn(seed: number, random: Random): () => FaultAct {
  const some = Map.groupBy(fc.sample(anyTrouble, { seed, numRuns: 3000 }), ({ trouble }) => trouble)
  const next = inTurn([...some.values()], random)
  return () => random.pick(next())
}

type Choose = (typeof deck)[number][1]

function decks(random: Random, count: number): Choose[] {
  const cards = deck.flatMap(([times, choose]) => Array.from({ length: times }, () => choose))
  const shuffled = Array.from({ length: Math.ceil(count / cards.length) }, () => random.shuffled(cards))
  return shuffled.flat().slice(0, count)
}

/** Each once, in a new order each time. */
function inTurn<T>(items: readonly T[], random: Random): () => T {
  let left: T[] = []
  return () => {
    if (left.length === 0) left = random.shuffled(items)
    return left.pop()!
  }
}

/** What the table of a run calls it. */
export function labelOf(fault: Fault): string {
  switch (fault.kind) {
    case 'signal':
      return `${fault.signal} at a random moment`
    case 'signal at point':
      return `${fault.signal} at a named point`
    case 'pause':
      return `paused ${fault.ttls} TTL at a random moment`
    case 'pause at point':
      return `paused ${fault.ttls} TTL at a named point`
    case 'database ended':
      return `database ended by ${fault.signal}`
    case 'zenodo out':
      return `Zenodo ${fault.how}`
    case 'clock stepped':
      return `database clock an hour ${fault.hours > 0 ? 'ahead' : 'back'}, and right again`
    case 'connection cut':
      return `connection to ${fault.point.on === 'zenodo' ? 'Zenodo' : 'the database'} cut at a named point`
    case 'trouble':
      return `trouble: ${troubleText(fault.act)}`
    case 'host lost':
    case 'second worker':
    case 'sessions killed':
    case 'database read-only':
    case 'database full':
    case 'node split':
      return fault.kind
  }
}

function troubleText(act: FaultAct | MoodAct): string {
  if (act.act === 'fault') return act.trouble
  return act.act === 'mood' ? act.mood : act.act
}

/** All of it, for people. */
export function faultText(fault: Fault): string {
  const where = 'point' in fault ? `, ${pointText(fault.point)}` : ''
  return `${labelOf(fault)}${where}${fault.kind === 'trouble' ? ` ${JSON.stringify(fault.act)}` : ''}`
}
