/**
 * How do a thousand histories go? `npm run test:soak -- --histories 1000 --seed 1`, with `--database mariadb` and `--verbose`;
 * one history that it printed with `--replay 'JSON'`, several times with `--times N`. Ends with 1 when a law was broken.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { makeMariadb, makeSqlite } from '../support/make-database.ts'
import { provideMariadb } from '../support/mariadb.ts'
import { anyHistory } from './any-history.ts'
import type { History } from './history.ts'
import { type Played, play } from './play.ts'
import { smaller } from './smaller.ts'
import { openStage, type Stage } from './stage.ts'
import { Violation } from './violation.ts'

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string', default: 'sqlite' },
    replay: { type: 'string' },
    times: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
})

/** Histories with one seed. */
const atOnce = 50
/** Tries to make a failing history smaller. */
const shrinks = 100

const say = (text: string) => process.stdout.write(`${text}\n`)

type Open = () => Promise<Stage>

async function withStages<T>(use: (open: Open) => Promise<T>): Promise<T> {
  const mariadb = values.database === 'mariadb' ? await provideMariadb() : null
  const open = async () => openStage(mariadb === null ? await makeSqlite() : await makeMariadb(mariadb.url ?? ''))
  try {
    return await use(open)
  } finally {
    await mariadb?.stop()
  }
}

function show(history: History, played: Played): void {
  say(`  settings: ${JSON.stringify(history.settings)}`)
  for (const line of played.lines) say(`  ${line}`)
  say(
    `  VIOLATION ${played.violation?.stack
      ?.split('\n')
      .slice(0, played.violation.name === 'Violation' ? 1 : 6)
      .join('\n    ')}`,
  )
  say(`  --replay '${JSON.stringify(history)}'`)
}

async function replay(open: Open, history: History): Promise<number> {
  const stage = await open()
  let failed = 0
  for (let turn = 0; turn < Number(values.times); turn += 1) {
    const played = await play(history, stage)
    if (played.violation !== null) failed += 1
    if (turn === 0 || (played.violation !== null && failed === 1)) show(history, played)
  }
  await stage.close()
  say(`${failed} of ${values.times} broke a law`)
  return failed
}

async function soak(open: Open): Promise<number> {
  const first = Number(values.seed)
  const total = Number(values.histories)
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 1000)
  let stage = await open()
  let failed = 0
  let count = 0
  let slowest = 0
  const hits = new Map<string, number>()
  for (let seed = first; count < total; seed += 1) {
    for (const history of fc.sample(anyHistory, { seed, numRuns: Math.min(atOnce, total - count) })) {
      const beganAt = performance.now()
      const played = await play(history, stage)
      count += 1
      for (const hit of played.hits) hits.set(hit, (hits.get(hit) ?? 0) + 1)
      slowest = Math.max(slowest, performance.now() - beganAt)
      if (values.verbose) show(history, played)
      if (played.violation === null) continue
      failed += 1
      say(`seed ${seed}: ${played.violation.message}`)
      // a worker that does not end would stand in the way of all that follows
      if (played.stuck) stage = await open()
      await showSmallest(history, played, stage)
    }
    say(`seed ${seed}: ${count} histories, ${failed} broken, ${seconds()} s, slowest ${Math.round(slowest)} ms`)
  }
  await stage.close()
  const told = [...hits].toSorted().map(([hit, times]) => `${hit} ${times}`)
  say(`troubles that hit a request: ${told.join(', ')}`)
  return failed
}

async function showSmallest(history: History, played: Played, stage: Stage): Promise<void> {
  const law = (one: Played) => (one.violation instanceof Violation ? one.violation.law : one.violation?.message)
  const fails = async (candidate: History) => law(await play(candidate, stage)) === law(played)
  const smallest = played.stuck ? history : await smaller(history, fails, shrinks)
  const again = played.stuck ? played : await play(smallest, stage)
  if (again.violation === null) say('  it does not happen every time; this is how it went at first')
  if (again.violation === null) show(history, played)
  else show(smallest, again)
}

const given = values.replay
const failed = await withStages((open) =>
  given === undefined
    ? soak(open)
    : replay(open, JSON.parse(given.startsWith('{') ? given : readFileSync(given, 'utf8')) as History),
)
process.exit(failed > 0 ? 1 : 0)
