/**
 * Do lists, counts, claims and what is shown of a copy cost the same with a million copies as with a thousand? `npm run bench:lists`, with
 * `--rows N`, `--events N` a copy and `--database sqlite` or `mariadb`. Lists are asked for their first page and for one far behind; the
 * ratio is of medians, over HTTP of the 95th of a hundred as well.
 */
import { parseArgs } from 'node:util'
import pino from 'pino'
import { openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { copySorts } from '../../src/core/copy-sorts.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createStore, type Store } from '../../src/db/store.ts'
import type { ListRequest } from '../../src/replication/ports/desk.ts'
import { createToken } from '../../src/replication/tokens.ts'
import { makeMariadb, makeSqlite, type TestDatabase } from '../support/make-database.ts'
import { provideMariadb } from '../support/mariadb.ts'
import { lead } from './parts/queue-own.ts'
import { numbers } from './parts/seed.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '0' },
    database: { type: 'string', default: 'sqlite' },
  },
})
const few = 1000
const eventsAtOnce = 1_000_000
const times = 15
const say = (text: string) => process.stdout.write(`${text}\n`)

const orders = ['asc', 'desc'] as const
const filters: ReadonlyArray<readonly [string, ListRequest]> = [
  ['state error', { states: ['error'] }],
  ['state finished', { states: ['finished'] }],
  ['state enqueued, error', { states: ['enqueued', 'error'] }],
  ['type software_publish', { types: ['software_publish'] }],
  ['family software', { family: 'software' }],
  ['family supp, of which there is one', { family: 'supp' }],
  ['error code', { errorCode: 'source_missing' }],
  ['error code that nothing has', { errorCode: 'no_such_code' }],
  ['dataset', { dataset: '10.5072/past-500' }],
  ['blocked', { blocked: true }],
  ['not blocked', { blocked: false }],
  ['state finished, by change', { states: ['finished'], sort: 'updated' }],
  ['a DOI to be searched', { q: '10.5072/past-500' }],
  ['an id to be searched', { q: '500' }],
  ['words of a title', { q: 'sunflowers past-500' }],
  ['words that nothing has', { q: 'nowhere to be found' }],
  ['errors of a kind', { errorGroup: '0123456789abcdef' }],
]

/** One copy a dataset but for every tenth, which has two; one of 500 in error, one of 1000 waiting for another, all others finished. */
async function seed({ db: { knex, dialect } }: TestDatabase, rows: number): Promise<void> {
  const then = "'2026-01-01 00:00:00.000000'"
  const from = numbers(1, rows)
  const run = async (sql: string) => await knex.raw(sql)
  await run(
    `insert into datasets (id, doi, created_at) select i, concat('10.5072/past-', i), ${then} from ${from} order by i`,
  )
  await run(
    `insert into dataset_versions (id, dataset_id, number, published, title, title_folded, manifest, digest, created_at, updated_at)
     select i, i, 1, 1, concat('Heights of Sunflowers, past-', i), concat('heights of sunflowers, past-', i), '{}', '', ${then}, ${then}
     from ${from} order by i`,
  )
  const state = "case when i % 500 = 7 then 'error' when i % 1000 = 3 then 'enqueued' else 'finished' end"
  const type =
    "case when i = 5 then 'supp' when i % 10 < 3 then 'software' when i % 10 = 3 then 'software_publish' else 'data' end"
  const family = "case when i = 5 then 'supp' when i % 10 < 4 then 'software' else 'data' end"
  const earlier = "concat('2026-0', 1 + i % 9, '-01 0', i % 7, ':00:00.', 100000 + i % 899999)"
  // an eighth of them came in and were finished in the last two days
  const hours = Array.from({ length: 48 }, (_, hour) => `when ${hour + 1} then ${dialect.later(-hour * 3_600_000)}`)
  const updated = `case i % 400 ${hours.join(' ')} else ${earlier} end`
  await run(
    `insert into zenodo_copies (id, dataset_id, dataset_version_id, copy_type, family, position, state, held_back, priority,
       run_after, bytes_total, files_total, error_code, error_message, error_group, created_at, updated_at, state_changed_at, finished_at)
     select i, i, i, ${type}, ${family}, 2, ${state}, i % 1000 = 3, 10, ${then}, (i * 7919) % 1000003, 1,
       case when i % 500 = 7 then 'source_missing' end, case when i % 500 = 7 then 'The source answered 404.' end,
       case when i % 500 = 7 then '0123456789abcdef' end, ${updated}, ${updated}, ${then},
       case when ${state} = 'finished' then ${updated} end from ${from} order by i`,
  )
  await run(values.database === 'mariadb' ? 'analyze table datasets, dataset_versions, zenodo_copies' : 'select 1')
}

/** In parts, as a transaction of thirty million rows would be undone for an hour when it is stopped. */
async function seedEvents({ db: { knex } }: TestDatabase, rows: number): Promise<void> {
  const each = Number(values.events)
  const data = `'{"step":"upload","deposition":20000001,"sent":1,"kept":0,"removed":0}'`
  for (let done = 0; done < rows * each; done += eventsAtOnce) {
    const from = numbers(done, Math.min(eventsAtOnce, rows * each - done))
    const copy = values.database === 'mariadb' ? `i div ${each}` : `i / ${each}`
    await knex.raw(
      `insert into zenodo_copy_events (copy_id, at, kind, actor, term, data)
       select 1 + ${copy}, '2026-01-01 00:00:00.000000', 'step', 'worker', 1, ${data} from ${from} order by i`,
    )
  }
}

const medianMs = (work: () => Promise<unknown>) => measureMs(work, { times, part: 0.5 })

/** What `part` of the runs took at most; as many as there is time for. */
async function measureMs(
  work: () => Promise<unknown>,
  { times, part }: { readonly times: number; readonly part: number },
): Promise<number> {
  const taken: number[] = []
  const until = performance.now() + 4000
  while (taken.length < times && (taken.length === 0 || performance.now() < until)) {
    const start = performance.now()
    await work()
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)[Math.floor(taken.length * part)] ?? Number.NaN
}

/** The later page begins a hundred thousand rows behind, where there are so many. */
async function measure(store: Store, rows: number): Promise<Map<string, number>> {
  const measured = new Map<string, number>()
  measured.set('look without work', await medianMs(() => store.work.nextDueInMs()))
  const proof = await lead(store)
  const request = { proof, slots: 3, largeSlots: 2, largeBytes: 5e9, only: null }
  measured.set('claim without work', await medianMs(() => store.work.claim(request)))
  const id = Math.ceil(rows / 2) + 1
  const { get, events, files, chain } = store.reading
  measured.set('show a copy', await medianMs(() => Promise.all([get(id), events(id), files(id), chain(id)])))
  measured.set('find what is oldest in the log', await medianMs(() => store.eventLog.oldest(0, 1000)))
  measured.set('find calls in doubt', await medianMs(() => store.orphans.doubtfulCalls(3 * 24 * 3_600_000)))
  measured.set('find what is too long in the log', await medianMs(() => store.eventLog.longest(1000, 3_600_000)))
  await store.desk.countFinished()
  const { counts, waiting, errorGroups, flow } = store.reading
  measured.set('counts', await medianMs(() => counts()))
  measured.set('what waits for what', await medianMs(() => waiting()))
  measured.set('errors by kind', await medianMs(() => errorGroups()))
  measured.set('two days by hour', await medianMs(() => flow({ unit: 'hour', spans: 48 })))
  for (const sort of copySorts) {
    for (const order of orders) {
      const request = { sort, order, limit: 50 }
      const first = await store.reading.list(request)
      measured.set(`sort ${sort} ${order}`, await medianMs(() => store.reading.list(request)))
      let cursor = first.nextCursor ?? ''
      for (let page = 0, next: string | null = cursor; page < 100 && next !== null; page += 1) {
        cursor = next
        next = (await store.reading.list({ ...request, limit: 1000, cursor })).nextCursor
      }
      const later = { ...request, cursor }
      measured.set(`sort ${sort} ${order}, later page`, await medianMs(() => store.reading.list(later)))
    }
  }
  for (const [name, filter] of filters) {
    measured.set(`only ${name}`, await medianMs(() => store.reading.list({ ...filter, order: 'desc', limit: 50 })))
  }
  return measured
}

const addresses = [
  '/api/v1/copies',
  '/api/v1/copies?state=finished&sort=updated',
  '/copies?state=error',
  '/errors',
  '/',
]

/** The 95th of a hundred, as who asks over HTTP sees it. */
async function measureHttp(url: string, measured: Map<string, number>): Promise<void> {
  const app = await openApp(loadConfig({ env: {}, flags: { 'database.url': url } }).config)
  const token = await createToken(app.tokens, { name: 'bench', role: 'viewer', by: 'bench' })
  const listening = await app.listen({ host: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }) })
  for (const address of addresses) {
    const get = async () => {
      const answer = await fetch(listening.url + address, { headers: { authorization: `Bearer ${token}` } })
      if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`)
      await answer.text()
    }
    measured.set(`p95 of GET ${address}`, await measureMs(get, { times: 40, part: 0.95 }))
    measured.set(`median of GET ${address}`, await measureMs(get, { times: 40, part: 0.5 }))
  }
  await listening.close()
  await app.close()
}

async function measureOn(server: string | null, rows: number): Promise<Map<string, number>> {
  const database = server === null ? await makeSqlite() : await makeMariadb(server)
  try {
    await migrate(database.owner.db)
    const start = performance.now()
    await seed(database, rows)
    await seedEvents(database, rows)
    say(`${rows} rows written in ${Math.round((performance.now() - start) / 1000)} s`)
    const measured = await measure(createStore(database.db), rows)
    await measureHttp(database.url, measured)
    return measured
  } finally {
    await database.drop()
  }
}

const mariadb = values.database === 'mariadb' ? await provideMariadb() : null
try {
  const server = mariadb === null ? null : (mariadb.url ?? '')
  const before = await measureOn(server, few)
  const after = await measureOn(server, Number(values.rows))
  say(`${values.database}: ms with ${few} rows, with ${values.rows}, ratio`)
  for (const [name, ms] of after) {
    const small = before.get(name) ?? Number.NaN
    say(
      `${name.padEnd(40)} ${small.toFixed(2).padStart(8)} ${ms.toFixed(2).padStart(9)} ${(ms / small).toFixed(2).padStart(8)}`,
    )
  }
} finally {
  await mariadb?.stop()
}
