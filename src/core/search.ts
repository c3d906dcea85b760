/** What does somebody look for who types words into the search box? Ids and DOIs, `field:value` words, and text. */
import { type CopyState, type CopyType, copyTypes, type Family, families } from './copy.ts'
import { stateNames } from './copy-state.ts'
import { normaliseDoi } from './doi.ts'
import { Failure } from './failure.ts'
import { failureCodes } from './failure-codes.ts'

/** What can stand before a colon, and what it finds. */
export const searchFields = {
  id: 'the id of a copy',
  dataset: 'the DOI of a dataset, or its id in the repository',
  doi: 'the DOI of a dataset, or that of a copy at Zenodo',
  deposition: 'the id of a deposition or record at Zenodo',
  concept: 'the concept record id at Zenodo',
  title: 'a part of the title',
  error: 'an error code, or a part of an error message',
  group: 'an error group, by its key',
  state: stateNames.join(', '),
  type: copyTypes.join(', '),
  family: families.join(', '),
  host: 'the host of the worker that is busy with it',
} as const

type SearchField = keyof typeof searchFields

/** All of it must hold. */
export interface Search {
  readonly exact: readonly ExactWord[]
  readonly states: readonly CopyState[]
  readonly types: readonly CopyType[]
  readonly families: readonly Family[]
  readonly codes: readonly string[]
  readonly groups: readonly string[]
  readonly hosts: readonly string[]
  readonly titles: readonly string[]
  readonly errors: readonly string[]
  /** Words without a field: all of them in the title, or all in an error, or all in a DOI. */
  readonly texts: readonly string[]
}

/** Found by a key. `any`: a number or word that may be an id of any kind; when it is none, it is text. */
export interface ExactWord {
  readonly field: 'id' | 'dataset' | 'doi' | 'deposition' | 'concept' | 'any'
  readonly value: string
}

type Lists = { -readonly [Part in keyof Search]: Array<Search[Part][number]> }

/** `field:"with blanks"`, `"with blanks"`, or a word; a quotation mark that is not closed goes to the end. */
const word = /(?:([a-z]+):)?"([^"]*)(?:"|$)|(\S+)/gi

/** @throws Failure `bad_request` for a word with a field whose value cannot be */
export function parseSearch(text: string): Search {
  const found: Lists = {
    exact: [],
    states: [],
    types: [],
    families: [],
    codes: [],
    groups: [],
    hosts: [],
    titles: [],
    errors: [],
    texts: [],
  }
  for (const [, field, phrase, bare] of text.matchAll(word)) {
    const [name, value] = bare === undefined ? [field, phrase] : split(bare)
    const key = name?.toLowerCase()
    if (value === undefined || value.trim() === '') continue
    if (key === undefined) addPlain(found, value.trim(), bare === undefined)
    else if (isField(key)) adders[key](found, value.trim())
    else addPlain(found, `${name}:${value}`.trim(), bare === undefined)
  }
  return found
}

/** Only at the colon of a field: DOIs and addresses have colons too. */
function split(bare: string): readonly [string | undefined, string] {
  const at = bare.indexOf(':')
  const name = bare.slice(0, Math.max(at, 0)).toLowerCase()
  return isField(name) ? [name, bare.slice(at + 1)] : [undefined, bare]
}

function isField(name: string): name is SearchField {
  return Object.hasOwn(searchFields, name)
}

const adders: Readonly<Record<SearchField, (found: Lists, value: string) => void>> = {
  id: (found, value) => found.exact.push({ field: 'id', value: requireId(value) }),
  dataset: (found, value) => found.exact.push({ field: 'dataset', value: normaliseDoi(value) ?? value }),
  doi: (found, value) => found.exact.push({ field: 'doi', value: normaliseDoi(value) ?? value.toLowerCase() }),
  deposition: (found, value) => found.exact.push({ field: 'deposition', value }),
  concept: (found, value) => found.exact.push({ field: 'concept', value }),
  title: (found, value) => found.titles.push(value),
  error: (found, value) => {
    if (Object.hasOwn(failureCodes, value)) found.codes.push(value)
    else found.errors.push(value)
  },
  group: (found, value) => found.groups.push(value),
  state: (found, value) => found.states.push(requireOne('state', value, stateNames)),
  type: (found, value) => found.types.push(requireOne('type', value, copyTypes)),
  family: (found, value) => found.families.push(requireOne('family', value, families)),
  host: (found, value) => found.hosts.push(value),
}

/** Of an address at Zenodo, the record. */
const recordAddress = /^https?:\/\/\S+\/(?:records?|deposit|uploads)\/(\w[\w-]*)/i

function addPlain(found: Lists, value: string, isPhrase: boolean): void {
  const doi = normaliseDoi(value)
  const record = recordAddress.exec(value)?.[1]
  if (isPhrase) found.texts.push(value)
  else if (doi !== null) found.exact.push({ field: 'doi', value: doi })
  else if (record !== undefined) found.exact.push({ field: 'deposition', value: record })
  else if (Object.hasOwn(failureCodes, value)) found.codes.push(value)
  else if (/\d/.test(value) && /^[\w-]+$/.test(value)) found.exact.push({ field: 'any', value })
  else found.texts.push(value)
}

function requireId(value: string): string {
  if (/^\d{1,15}$/.test(value)) return value
  throw refusal('id', value, 'a whole number')
}

function requireOne<Word extends string>(field: SearchField, value: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === value.toLowerCase())
  if (found !== undefined) return found
  throw refusal(field, value, `one of ${words.join(', ')}`)
}

function refusal(field: SearchField, value: string, accepted: string): Failure {
  const text = `The search has ${field}:${value.slice(0, 100)}; accepted after ${field}: is ${accepted}.`
  return new Failure('bad_request', text, {
    hint: 'Correct the search, or put quotation marks around it.',
    details: { accepted: `after ${field}: ${accepted}` },
  })
}

/** As titles are kept to be searched: without accents and capitals. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}
