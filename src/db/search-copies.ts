/**
 * Which copies do search words find? Ids and DOIs are looked up by key; texts in what is short: titles, DOIs of datasets, and the errors
 * there are. What is found is a list of ids, so that a list or an action over it costs the same wherever its rows lie.
 */
import type { Knex } from 'knex'
import { Failure } from '../core/failure.ts'
import { type ExactWord, foldText, parseSearch, type Search } from '../core/search.ts'
import type { Database } from './connection.ts'

/** Of any word or text; more would not be looked through by anybody, and must not be acted on in part. */
const mostFound = 10_000

type Place = Pick<Database, 'knex' | 'dialect'>
/** What a search asks of a copy beside its id. */
type Plain = Pick<Search, 'states' | 'types' | 'families' | 'codes' | 'groups' | 'hosts'>

export interface Found extends Plain {
  /** Null: any. */
  readonly ids: readonly number[] | null
}

/** @throws Failure `bad_request` for words that cannot be, or that find more than can be looked through */
export async function searchCopies(place: Place, q: string): Promise<Found> {
  const { exact, texts: plainTexts, titles, errors, ...plain } = parseSearch(q)
  const texts = [...plainTexts]
  const lists: number[][] = []
  for (const word of exact) {
    const ids = await byKey(place, word)
    // nothing has such an id: then it may be a part of a title, as a year is
    if (ids.length === 0 && word.field === 'any') texts.push(word.value)
    else lists.push(bounded(ids, word.value))
  }
  if (titles.length > 0) lists.push(bounded(await byTitle(place, titles), titles.join(' ')))
  if (errors.length > 0) lists.push(bounded(await byError(place, errors), errors.join(' ')))
  if (texts.length > 0) lists.push(bounded(await byText(place, texts), texts.join(' ')))
  const [first, ...more] = lists
  const others = more.map((list) => new Set(list))
  return { ...plain, ids: first?.filter((id) => others.every((list) => list.has(id))) ?? null }
}

function bounded(ids: readonly number[], words: string): number[] {
  const found = [...new Set(ids)]
  if (found.length <= mostFound) return found
  throw new Failure('bad_request', `More than ${mostFound} copies have "${words.slice(0, 100)}".`, {
    hint: 'Add a word, or use a filter instead: by state, type, error code or error group.',
  })
}

async function byKey(place: Place, { field, value }: ExactWord): Promise<number[]> {
  const { knex } = place
  const having = async (column: string, key: string) =>
    await knex('zenodo_copies')
      .where(column, key)
      .limit(mostFound + 1)
      .pluck('id')
  const ofDataset = async (column: string) =>
    await ofDatasets(
      place,
      await knex('datasets')
        .where(column, value)
        .limit(mostFound + 1)
        .pluck('id'),
    )
  switch (field) {
    case 'id':
      return [Number(value)]
    case 'dataset':
      return [...(await ofDataset('doi')), ...(await ofDataset('external_id'))]
    case 'doi':
      return [...(await ofDataset('doi')), ...(await having('doi', value)), ...(await ofConcept(having, value))]
    case 'deposition':
      return await having('deposition_id', value)
    case 'concept':
      return await having('conceptrecid', value)
    case 'any':
      return [
        ...(await existing(knex, value)),
        ...(await having('deposition_id', value)),
        ...(await having('conceptrecid', value)),
        ...(await ofDataset('external_id')),
      ]
  }
}

async function existing(knex: Knex, value: string): Promise<number[]> {
  return /^\d{1,15}$/.test(value) ? await knex('zenodo_copies').where('id', Number(value)).pluck('id') : []
}

/** Zenodo gives the versions of a record together a DOI with the concept record id. */
async function ofConcept(having: (column: string, key: string) => Promise<number[]>, doi: string): Promise<number[]> {
  const concept = /^10\.\d+\/zenodo\.(\d+)$/.exec(doi)?.[1]
  return concept === undefined ? [] : await having('conceptrecid', concept)
}

async function ofDatasets({ knex }: Place, datasetIds: readonly number[]): Promise<number[]> {
  return await copiesIn(knex, 'dataset_id', datasetIds)
}

async function copiesIn(knex: Knex, column: string, keys: readonly number[]): Promise<number[]> {
  if (keys.length === 0) return []
  const query = knex('zenodo_copies').whereIn(column, [...keys])
  return await query.limit(mostFound + 1).pluck('id')
}

/** All words in one of them. */
async function byText(place: Place, words: readonly string[]): Promise<number[]> {
  return [
    ...(await byTitle(place, words)),
    ...(await byError(place, words)),
    ...(await ofDatasets(place, await datasetsNamed(place, words))),
    ...(await byOwnDoi(place, words)),
  ]
}

/** With hints, as manifests stand in the same table. */
async function byTitle(place: Place, words: readonly string[]): Promise<number[]> {
  const from = place.dialect.byIndex('dataset_versions', 'v', 'dataset_versions_title')
  const versions = await idsLike(place, { id: 'v.id', from, column: 'v.title_folded', words: words.map(foldText) })
  return await copiesIn(place.knex, 'dataset_version_id', versions)
}

async function datasetsNamed(place: Place, words: readonly string[]): Promise<number[]> {
  const from = place.dialect.byIndex('datasets', 'd', 'datasets_doi_unique')
  return await idsLike(place, { id: 'd.id', from, column: 'd.doi', words: lowered(words) })
}

async function byOwnDoi(place: Place, words: readonly string[]): Promise<number[]> {
  const from = place.dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_doi')
  return await idsLike(place, { id: 'c.id', from, column: 'c.doi', words: lowered(words), having: 'c.doi is not null' })
}

/** Of those that are finished, none is left. */
async function byError(place: Place, words: readonly string[]): Promise<number[]> {
  const from = place.dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_by_error')
  const column = "lower(concat(c.error_code, ' ', c.error_message))"
  return await idsLike(place, { id: 'c.id', from, column, words: lowered(words), having: 'c.error_code is not null' })
}

function lowered(words: readonly string[]): string[] {
  return words.map((word) => word.toLowerCase())
}

interface Like {
  readonly id: string
  readonly from: string
  readonly column: string
  readonly words: readonly string[]
  readonly having?: string
}

async function idsLike({ knex, dialect }: Place, { id, from, column, words, having }: Like): Promise<number[]> {
  const conditions = [...(having ? [having] : []), ...words.map(() => `${column} like ? escape '!'`)]
  const sql = `select ${id} as id from ${from} where ${conditions.join(' and ')} limit ${mostFound + 1}`
  const bindings = words.map((word) => `%${word.replace(/[!%_]/g, '!$&')}%`)
  const rows = dialect.rows(await knex.raw(sql, bindings)) as Array<{ readonly id: number }>
  return rows.map((row) => row.id)
}
