/** Which histories are there? The random side: all acts in all orders, those that a repository really makes more often. */
import fc from 'fast-check'
import { names, usualContents } from './contents.ts'
import {
  type Act,
  type Call,
  type CuratorAct,
  type Edit,
  type Family,
  type FaultAct,
  type HandAct,
  type History,
  type HistorySettings,
  hands,
  type MoodAct,
  personActions,
  type QuickAct,
  type RepositoryAct,
  type Trouble,
  troubles,
  type WorkAct,
} from './history.ts'

function often<T>(...weighted: ReadonlyArray<readonly [number, T]>): fc.Arbitrary<T> {
  return fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
}

const family = often<Family>([4, 'software'], [3, 'data'], [1, 'supp'])
const name = fc.constantFrom(...names)
const dataset = often([9, 0], [1, 1])
const which = fc.nat(3)

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ edit: fc.constant('put' as const), family, name, content: fc.nat(usualContents - 1) }),
  },
  { weight: 3, arbitrary: fc.record({ edit: fc.constant('remove' as const), family, which }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('rename' as const), family, which, to: name }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('clear' as const), family }) },
)
const edits = fc.array(edit, { minLength: 1, maxLength: 4, size: 'max' })
const rarely = fc.nat(3).map((n) => n === 3)

const version: fc.Arbitrary<RepositoryAct> = fc.record({
  act: fc.constant('version' as const),
  dataset,
  edits,
  newTitle: rarely,
  published: fc.boolean(),
})
const publish: fc.Arbitrary<RepositoryAct> = fc.record({
  act: fc.constant('publish' as const),
  dataset,
  newTitle: rarely,
})
const oddRepository: fc.Arbitrary<RepositoryAct> = fc.oneof(
  fc.record({ act: fc.constant('again' as const), dataset, back: fc.nat(2) }),
  fc.record({ act: fc.constant('late' as const), dataset, edits, published: fc.boolean() }),
  fc.record({ act: fc.constant('alter' as const), dataset, back: fc.nat(1), edits }),
)
const curator: fc.Arbitrary<CuratorAct> = fc.record({
  act: fc.constant('curator' as const),
  action: fc.constantFrom(...personActions),
  copy: fc.nat(5),
})
const hand: fc.Arbitrary<HandAct> = fc.record({
  act: fc.constant('hand' as const),
  hand: fc.constantFrom(...hands),
  which,
})

/** Reads can be stale or find nothing; only uploads have bytes to be cut between. */
function fits(call: Call, trouble: Trouble): boolean {
  if (trouble === 'stale' || trouble === 'missing') return call === 'get'
  if (trouble === 'cut_body') return call === 'send'
  return true
}
const call = often<Call>(
  [30, 'any'],
  [3, 'create'],
  [1, 'list'],
  [4, 'get'],
  [1, 'metadata'],
  [3, 'discard'],
  [5, 'newversion'],
  [3, 'edit'],
  [4, 'publish'],
  [4, 'send'],
  [2, 'remove'],
)
export const fault: fc.Arbitrary<FaultAct> = call
  .chain((call) =>
    fc.record({
      act: fc.constant('fault' as const),
      call: fc.constant(call),
      trouble: fc.constantFrom(...troubles.filter((trouble) => fits(call, trouble))),
      times: often([4, 1], [1, 2], [1, 3], [1, 12]),
      skip: call === 'any' ? fc.nat(25) : often([5, 0], [1, 1], [1, 2], [1, 5]),
      bytes: fc.nat(320_000),
    }),
  )
  .map((act) => ({
    ...act,
    times: act.trouble === 'missing' || act.trouble === 'slow' ? 1 : act.times,
    bytes: act.trouble === 'cut_body' ? act.bytes : 0,
  }))
const mood: fc.Arbitrary<MoodAct> = fc.oneof(
  fc.record({
    act: fc.constant('mood' as const),
    mood: fc.constantFrom('bucketDeleteFails' as const, 'flip403' as const, 'filesMustDiffer' as const),
    on: fc.boolean(),
  }),
  fc.record({ act: fc.constant('wrong_md5' as const), times: fc.constantFrom(1, 2, 9) }),
  fc.record({
    act: fc.constant('source' as const),
    trouble: fc.constantFrom('error' as const, 'cut' as const),
    times: fc.constantFrom(1, 3, 20),
  }),
)

interface Weights {
  readonly trouble: number
  readonly curator: number
  readonly hand: number
}

/** What may come between the repository's own acts: of each kind as much as the weights say. */
function disturbance({ trouble, curator: people, hand: hands }: Weights): fc.Arbitrary<QuickAct> {
  return fc.oneof(
    { weight: 3 * trouble, arbitrary: fault },
    { weight: trouble, arbitrary: mood },
    { weight: people, arbitrary: curator },
    { weight: hands, arbitrary: hand },
    { weight: 1, arbitrary: oddRepository },
  )
}

function work(act: fc.Arbitrary<QuickAct>): fc.Arbitrary<WorkAct> {
  return fc.record({
    act: fc.constant('work' as const),
    during: fc.array(fc.record({ after: fc.nat(25), act }), { maxLength: 3, size: 'max' }),
    end: often([10, 'idle'], [1, 'stop'], [3, 'kill'], [1, 'takeover']),
    after: fc.nat(40),
  })
}

/** Disturbances, something new from the repository, and mostly the worker works then. */
function round(weights: Weights): fc.Arbitrary<Act[]> {
  const disturbing = disturbance(weights)
  const fresh = fc.oneof({ weight: 3, arbitrary: version }, { weight: 2, arbitrary: publish })
  const working = work(fc.oneof({ weight: 2, arbitrary: disturbing }, { weight: 1, arbitrary: fresh }))
  return fc
    .tuple(
      fc.array(disturbing, { maxLength: 4, size: 'max' }),
      fresh,
      fc.oneof({ weight: 4, arbitrary: working.map((act) => [act]) }, { weight: 1, arbitrary: fc.constant([]) }),
    )
    .map(([before, sent, worked]) => [...before, sent, ...worked])
}

function acts(weights: Weights): fc.Arbitrary<Act[]> {
  return fc.array(round(weights), { minLength: 2, maxLength: 9, size: 'max' }).map((rounds) => rounds.flat())
}

const settings: fc.Arbitrary<HistorySettings> = fc.record({
  api: often<'deposit' | 'records'>([2, 'deposit'], [1, 'records']),
  dataDoi: fc.constantFrom('dataset', 'zenodo'),
  checksums: fc.constantFrom('sha-256', 'md5', 'none'),
  slots: fc.constantFrom(1, 3),
  filesInFlight: fc.constantFrom(1, 3),
  filesPerRecord: often([2, 100], [1, 3]),
  lagMs: fc.constantFrom(0, 0, 80),
})

export const anyHistory: fc.Arbitrary<History> = fc.record({
  settings,
  acts: fc.oneof(
    acts({ trouble: 0, curator: 2, hand: 1 }),
    acts({ trouble: 1, curator: 0, hand: 0 }),
    acts({ trouble: 1, curator: 2, hand: 2 }),
  ),
  resumes: fc.boolean(),
})
