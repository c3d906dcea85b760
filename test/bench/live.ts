/**
 * What do fifty who listen, and a running load, cost those who look at lists? `npm run bench:live`, with `--listeners N` and
 * `--database sqlite` or `mariadb`. Quiet and busy spans alternate against one server, a process of its own; told are medians and p95,
 * and the ratio to the quiet spans of the same run.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient } from '../../src/client/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createStore } from '../../src/db/store.ts'
import { createToken } from '../../src/replication/tokens.ts'
import { makeMariadb, makeSqlite } from '../support/make-database.ts'
import { provideMariadb } from '../support/mariadb.ts'

const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '50' },
    database: { type: 'string', default: 'sqlite' },
    rounds: { type: 'string', default: '2' },
  },
})
const asked = 60
/** Versions that come in, a second. */
const perSecond = 10

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * part) - 1] ?? Number.NaN
}

const mariadb = values.database === 'mariadb' ? await provideMariadb() : null
const database = mariadb === null ? await makeSqlite() : await makeMariadb(mariadb.url ?? '')
await migrate(database.owner.db)
const token = await createToken(createStore(database.db).tokens, {
  name: 'bench',
  role: 'admin',
  by: 'bench',
})
const server: ChildProcess = fork(new URL('./parts/live-server.ts', import.meta.url), [database.url])
const [url] = (await once(server, 'message')) as [string]
const client = createClient({ url, token })

const manifestOf = (n: number) => ({
  schema: 'zenodo-replicator/manifest/v1',
  dataset: { doi: `10.5072/live-${n}` },
  version: { number: 1, published: true, publicationDate: '2026-11-01' },
  metadata: {
    titles: [{ title: 'A' }],
    creators: [{ name: 'Doe, Jane' }],
    descriptions: [{ description: 'All of it.', descriptionType: 'Abstract' }],
    types: { resourceTypeGeneral: 'Dataset' },
  },
  files: { data: [{ path: 'a.csv', size: 3, source: 'https://files.example/a.csv' }] },
})
let next = 0
const bring = () => client.enqueue({ body: { manifest: manifestOf(++next), types: ['data'] } as never })
for (let n = 0; n < 300; n++) await bring()

const times = { quiet: [] as number[], busy: [] as number[] }
const delays = { quiet: [] as number[], busy: [] as number[] }

async function measure(span: 'quiet' | 'busy', listeners: number): Promise<void> {
  const stop = new AbortController()
  const hear = async () => {
    for await (const told of client.events({ event: ['copy', 'progress', 'service'] }, { signal: stop.signal }))
      if (told.event === 'copy') delays[span].push(Date.now() - Date.parse(told.data.at))
  }
  const ears = Array.from({ length: listeners }, hear)
  await delay(2000)
  let isLoaded = true
  const load = async () => {
    while (isLoaded) {
      await bring()
      await delay(span === 'busy' ? 1000 / perSecond : 1000)
    }
  }
  const loading = load()
  for (let n = 0; n < asked; n++) {
    const start = performance.now()
    await client.listCopies({ query: { limit: 50 } })
    times[span].push(performance.now() - start)
    await delay(50)
  }
  isLoaded = false
  await loading
  await delay(1500)
  stop.abort()
  await Promise.all(ears)
}

for (let round = 0; round < Number(values.rounds); round++) {
  await measure('quiet', 1)
  await measure('busy', Number(values.listeners))
}
for (const [name, both] of [
  ['list of 50, ms', times],
  ['event heard after, ms', delays],
] as const) {
  for (const part of [0.5, 0.95]) {
    const [quiet, busy] = [quantile(both.quiet, part), quantile(both.busy, part)]
    const ratio = (busy / quiet).toFixed(2)
    process.stdout.write(
      `${name}\tp${part * 100}\tquiet ${quiet.toFixed(1)}\tbusy ${busy.toFixed(1)}\tratio ${ratio}\n`,
    )
  }
}
process.stdout.write(`${delays.busy.length} events heard by ${values.listeners} while busy\n`)
server.kill()
await database.drop()
await mariadb?.stop()
