/** How does a table get a past? Rows written by SQL, as many as are wanted, in the shape that the service leaves them in. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { defaultPriority, positionOf } from '../../../src/core/copy.ts'
import { openDatabase } from '../../../src/db/connection.ts'
import { smallManifest } from './manifest.ts'

export interface Past {
  /** Finished copies, each of a dataset of its own. */
  readonly finished: number
  /** Waiting copies of one more dataset, whose first copy is in error, all due before anything that comes later. */
  readonly blocked: number
}

const manifest = JSON.stringify(smallManifest('10.5072/past', []))
const long_ago = "'2026-01-01 00:00:00.000'"
const type = 'data'

/** Writes into a migrated, empty database, by what makes a million rows quick: nothing is checked row by row. */
export async function seed(url: string, past: Past): Promise<void> {
  const db = openDatabase(url)
  const isMysql = db.knex.client.dialect === 'mysql'
  try {
    // one connection for all, since the settings are its own; InnoDB then loads an empty table and its indexes in one go
    await db.knex.transaction(async (transaction) => {
      const run = async (sql: string) => {
        await transaction.raw(sql)
      }
      if (isMysql) await run('SET SESSION unique_checks = 0, foreign_key_checks = 0')
      await write(past, run)
      if (isMysql) await run('SET SESSION unique_checks = 1, foreign_key_checks = 1')
    })
    // InnoDB does this by itself some time after a tenth of a table has changed
    if (isMysql) await db.knex.raw('ANALYZE TABLE datasets, dataset_versions, zenodo_copies, zenodo_copy_events')
  } finally {
    await db.close()
  }
  // else the system writes it to the disk while the first claims wait for theirs
  await promisify(execFile)('sync')
}

async function write({ finished, blocked }: Past, run: (sql: string) => Promise<void>): Promise<void> {
  if (finished > 0) {
    await run(datasets(1, finished))
    await run(versions({ first: 1, count: finished, dataset: 'i', number: '1' }))
    await run(copies({ first: 1, count: finished, dataset: 'i', number: '1', state: "'finished'", heldBack: '0' }))
    await run(events(1, finished))
  }
  if (blocked > 0) {
    const first = finished + 1
    const place = { first, count: blocked + 1, dataset: `${first}`, number: `i - ${finished}` }
    await run(datasets(first, 1))
    await run(versions(place))
    const state = `case when i = ${first} then 'error' else 'enqueued' end`
    await run(copies({ ...place, state, heldBack: `i > ${first}` }))
  }
}

/** A derived table with the numbers from `first` on, in SQL that every database speaks. */
export function numbers(first: number, count: number): string {
  const digit = `(select 0 d ${Array.from({ length: 9 }, (_, index) => `union all select ${index + 1}`).join(' ')})`
  const places = Array.from({ length: `${count - 1}`.length }, (_, index) => index)
  const sum = places.map((place) => `t${place}.d * ${10 ** place}`).join(' + ')
  const from = places.map((place) => `${digit} t${place}`).join(', ')
  return `(select ${first} + ${sum} as i from ${from} where ${sum} < ${count}) numbers`
}

function datasets(first: number, count: number): string {
  const columns = 'id, doi, created_at'
  return `insert into datasets (${columns}) select i, concat('10.5072/past-', i), ${long_ago} from ${numbers(first, count)} order by i`
}

interface Place {
  readonly first: number
  readonly count: number
  /** SQL over the running number `i`. */
  readonly dataset: string
  readonly number: string
}

function versions({ first, count, dataset, number }: Place): string {
  const columns = 'id, dataset_id, number, published, publication_date, manifest, digest, created_at, updated_at'
  const values = `i, ${dataset}, ${number}, 1, '2026-01-01', '${manifest}', '${'0'.repeat(64)}', ${long_ago}, ${long_ago}`
  return `insert into dataset_versions (${columns}) select ${values} from ${numbers(first, count)} order by i`
}

/** `state` and `heldBack`: SQL over the running number `i`. */
function copies(place: Place & { readonly state: string; readonly heldBack: string }): string {
  const { first, count, dataset, number, state, heldBack } = place
  const columns =
    'id, dataset_id, dataset_version_id, copy_type, family, position, state, held_back, priority, run_after, bytes_total, files_total, created_at, updated_at, state_changed_at, finished_at'
  const position = `(${number}) * ${positionOf(1, type)}`
  const times = `${long_ago}, ${long_ago}, ${long_ago}`
  const finishedAt = state === "'finished'" ? long_ago : 'null'
  const values = `i, ${dataset}, i, '${type}', '${type}', ${position}, ${state}, ${heldBack}, ${defaultPriority(type)}, ${long_ago}, 1000, 1, ${times}, ${finishedAt}`
  return `insert into zenodo_copies (${columns}) select ${values} from ${numbers(first, count)} order by i`
}

/** One for each copy: there is a past in the log as well. */
function events(first: number, count: number): string {
  const columns = 'copy_id, at, kind, actor, term, data'
  const values = `i, ${long_ago}, 'finished', 'worker', 1, '{}'`
  return `insert into zenodo_copy_events (${columns}) select ${values} from ${numbers(first, count)} order by i`
}
