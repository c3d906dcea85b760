/** Which work goes through? Datasets with versions of all kinds, enqueued as the application does it, also while faults happen. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { App } from '../../src/app.ts'
import { isFailure } from '../../src/core/failure.ts'
import type { EnqueueRequest } from '../../src/replication/enqueue.ts'
import { contents, names } from '../property/contents.ts'
import { type Edit, families, type HistorySettings, type RepositoryAct } from '../property/history.ts'
import { type Dataset, type Ledger, openLedger } from '../property/ledger.ts'
import { send } from '../property/repository.ts'
import { type Place, placeOfContent, sourceSecret } from '../property/stage.ts'
import { createRandom, type Random } from './random.ts'

export interface Load {
  /** What should be true when all is done: for the laws of `test/property`. */
  readonly ledger: Ledger
  /** Enqueues the next version or publication. Asks again while the database is away, as an application must. */
  next(): Promise<void>
  /** Enqueues, ahead of all others, what makes a worker come to a call that it seldom makes. */
  lead(to: 'discard' | 'edit'): Promise<void>
  /** Goes on by itself so that at least so many copies wait or run. @returns what ends that */
  keep(backlog: number): () => Promise<void>
}

export interface LoadOptions {
  readonly place: Pick<Place, 'database' | 'source'>
  readonly app: Pick<App, 'enqueue'>
  readonly settings: Pick<HistorySettings, 'checksums'>
  readonly seed: number
  readonly datasets: number
  /** Where the files lie that do not come by HTTP; must be below a file root of the workers. */
  readonly folder: string
}

export async function openLoad({ place, app, settings, seed, datasets, folder }: LoadOptions): Promise<Load> {
  const random = createRandom(seed)
  const addressOf = await serveContents(place, folder)
  const ledger = openLedger(Array.from({ length: datasets }, (_, index) => `10.5061/dryad.chaos${index}`))
  const desk = { stage: place, settings, app: insistent(app), ledger, addressOf, quiet: () => false }
  const ahead = { enqueue: (request: EnqueueRequest) => desk.app.enqueue({ ...request, priority: 1000 }) }
  const order = random.shuffled(ledger.datasets.map((_, index) => index))
  let turn = 0
  const next = async () => {
    const dataset = order[turn++ % order.length]!
    await send(nextAct(ledger.datasets[dataset]!, dataset, random), desk)
  }
  return {
    ledger,
    next,
    async lead(to) {
      const dataset = order[turn++ % order.length]!
      for (const act of leads[to](dataset)) await send(act, { ...desk, app: ahead })
    },
    keep(backlog) {
      let wanted = true
      const keeping = (async () => {
        while (wanted) {
          const open = await countOpen(place).catch(() => backlog)
          for (let sent = open; wanted && sent < backlog; sent += 3) await next()
          await delay(50)
        }
      })()
      // told to whoever ends it
      keeping.catch(() => undefined)
      return async () => {
        wanted = false
        await keeping
      }
    },
  }
}

async function countOpen({ database }: Pick<Place, 'database'>): Promise<number> {
  const [row] = await database.db
    .knex('zenodo_copies')
    .whereIn('state', ['enqueued', 'replicating'])
    .count('* as count')
  return Number(row?.count)
}

/** Every third content is a local file; the others come by HTTP, with a signature in their address. */
async function serveContents({ source }: Pick<Place, 'source'>, folder: string): Promise<(content: number) => string> {
  await mkdir(folder, { recursive: true })
  for (const [content, bytes] of contents.entries()) {
    source.put(placeOfContent(content), bytes)
    await writeFile(join(folder, placeOfContent(content)), bytes)
  }
  return (content) =>
    content % 3 === 2
      ? pathToFileURL(join(folder, placeOfContent(content))).href
      : `${source.url}/${placeOfContent(content)}?X-Amz-Signature=${sourceSecret}`
}

function insistent(app: Pick<App, 'enqueue'>): Pick<App, 'enqueue'> {
  return {
    async enqueue(request) {
      for (;;) {
        try {
          return await app.enqueue(request)
        } catch (error) {
          if (isFailure(error) && error.code !== 'database_unreachable') throw error
          await delay(200)
        }
      }
    },
  }
}

const put = (family: Edit['family'], name: string): Edit => ({ edit: 'put', family, name, content: 1 })
const measured = put('data', 'measured.csv')

/** A draft whose files are wanted no more is discarded; a record whose title alone changes is edited. */
const leads: Readonly<Record<'discard' | 'edit', (dataset: number) => RepositoryAct[]>> = {
  discard: (dataset) => [
    version(dataset, [measured, put('software', 'discarded.R')], false),
    version(dataset, [measured, { edit: 'clear', family: 'software' }], false),
  ],
  edit: (dataset) => [
    version(dataset, [measured, put('software', 'edited.R')], true),
    { ...version(dataset, [], true), newTitle: true },
  ],
}
function version(dataset: number, edits: readonly Edit[], published: boolean) {
  return { act: 'version', dataset, edits, newTitle: false, published } as const
}

/** What is submitted is mostly published next; what is published changes and comes again. */
function nextAct(dataset: Dataset, index: number, random: Random): RepositoryAct {
  const newest = dataset.versions.get(dataset.newest)
  const newTitle = random.chance(0.2)
  if (newest?.published === false && random.chance(0.7)) return { act: 'publish', dataset: index, newTitle }
  return { act: 'version', dataset: index, edits: editsOf(random), newTitle, published: random.chance(0.4) }
}

/** There is always a data file with content: without one there is nothing to publish. */
function editsOf(random: Random): Edit[] {
  const put = (family: Edit['family'], name: string): Edit => ({
    edit: 'put',
    family,
    name,
    content: contentOf(random),
  })
  const some = (family: 'software' | 'supp'): Edit[] => [
    ...(random.chance(0.15) ? [{ edit: 'clear', family } as const] : []),
    ...(random.chance(0.2) ? [{ edit: 'remove', family, which: random.int(4) } as const] : []),
    ...(random.chance(0.1) ? [{ edit: 'rename', family, which: random.int(4), to: random.pick(names) } as const] : []),
    ...Array.from({ length: random.int(3) }, () => put(family, random.pick(names))),
  ]
  const changed = families.filter(() => random.chance(0.6))
  return [
    { edit: 'put', family: 'data', name: 'measured.csv', content: 1 + random.int(4) },
    ...(changed.includes('data') ? [put('data', random.pick(names))] : []),
    ...(changed.includes('software') ? some('software') : []),
    ...(changed.includes('supp') ? some('supp') : []),
  ]
}

/** Mostly small; now and then one that needs several blocks, or an empty one. */
function contentOf(random: Random): number {
  const size = random.int(100)
  if (size < 4) return 0
  if (size < 70) return 1 + random.int(5)
  return size < 92 ? 6 + random.int(2) : 8 + random.int(2)
}
