/** What does the body of a record mean? InvenioRDM's own form, read tolerantly: wrong values are left out and reported. */
import { type FieldError, invalidField, unknownValue } from '../http-answer.ts'
import type {
  Content,
  Doi,
  Funding,
  Metadata,
  Person,
  Place,
  RelatedIdentifier,
  TypedDate,
} from '../metadata/content.ts'
import { compact, isObject, type JsonObject } from '../metadata/field-reader.ts'
import { funderOf } from '../metadata/funders.ts'
import { detectIdentifier, normaliseDoi } from '../metadata/identifiers.ts'
import { requireKnownVocabulary } from '../metadata/input.ts'
import { sanitiseHtml, sanitiseText } from '../metadata/sanitise-html.ts'
import type { EmulatorSettings } from '../settings.ts'
import { readCustomFields } from './custom-fields.ts'

/** What was read; `doi` is undefined to keep the one there is, and null to have none. */
export interface NativeRecord {
  readonly content: Omit<Content, 'doi'>
  readonly doi: Doi | null | undefined
  readonly errors: readonly FieldError[]
}

/** @throws HttpError 400 for a body of another shape, or for an id that a vocabulary does not hold. */
export function readNative(body: unknown, settings: Pick<EmulatorSettings, 'awards'>): NativeRecord {
  if (!isObject(body)) throw invalidField('_schema', 'Invalid input type.')
  const metadata = readMetadata(objectIn(body, 'metadata'))
  const content = {
    metadata,
    customFields: readCustomFields(objectIn(body, 'custom_fields')),
    communities: [],
    access: readAccess(objectIn(body, 'access')),
  }
  requireKnownVocabulary(content, settings)
  return { content, doi: readPids(body.pids), errors: unknownKeys(body) }
}

const KEYS = new Set(
  `access files media_files pids metadata custom_fields id parent links created updated revision_id
  is_draft is_published status versions expires_at errors stats deletion_status swh`.split(/\s+/),
)

function unknownKeys(body: JsonObject): readonly FieldError[] {
  const unknown = Object.keys(body).filter((key) => !KEYS.has(key))
  return unknown.map((field) => ({ field, messages: ['Unknown field.'] }))
}

function readMetadata(source: JsonObject): Metadata {
  const described = (type: string): string | undefined =>
    listIn(source, 'additional_descriptions')
      .filter((one) => idIn(one, 'type') === type)
      .map((one) => htmlIn(one, 'description'))
      .find((text) => text !== undefined)
  return compact<Metadata>({
    title: textIn(source, 'title'),
    description: htmlIn(source, 'description'),
    resourceType: idIn(source, 'resource_type'),
    creators: unlessEmpty(listIn(source, 'creators').map(readPerson)),
    contributors: unlessEmpty(listIn(source, 'contributors').map(readPerson)),
    publicationDate: textIn(source, 'publication_date'),
    publisher: textIn(source, 'publisher'),
    version: textIn(source, 'version'),
    licence: readLicence(source),
    keywords: unlessEmpty(listIn(source, 'subjects').flatMap((one) => textIn(one, 'subject') ?? [])),
    notes: described('notes'),
    method: described('methods'),
    references: unlessEmpty(listIn(source, 'references').flatMap((one) => textIn(one, 'reference') ?? [])),
    relatedIdentifiers: unlessEmpty(listIn(source, 'related_identifiers').map(readRelation)),
    alternateIdentifiers: unlessEmpty(listIn(source, 'identifiers').map(readIdentifier)),
    funding: unlessEmpty(listIn(source, 'funding').flatMap(readFunding)),
    locations: unlessEmpty(listIn(objectIn(source, 'locations'), 'features').map(readPlace)),
    dates: unlessEmpty(listIn(source, 'dates').map(readDate)),
    language: listIn(source, 'languages').flatMap((one) => textIn(one, 'id') ?? [])[0],
  })
}

function readPerson(source: JsonObject): Person {
  const who = objectIn(source, 'person_or_org')
  const known = (scheme: string): string | undefined =>
    listIn(who, 'identifiers')
      .filter((one) => one.scheme === scheme)
      .map((one) => textIn(one, 'identifier'))[0]
  return compact<Person>({
    familyName: textIn(who, 'family_name') ?? textIn(who, 'name'),
    givenName: textIn(who, 'given_name'),
    affiliation: listIn(source, 'affiliations').flatMap((one) => textIn(one, 'name') ?? [])[0],
    orcid: known('orcid'),
    gnd: known('gnd'),
    role: idIn(source, 'role'),
  })
}

function readLicence(source: JsonObject): Metadata['licence'] {
  const [first] = listIn(source, 'rights')
  if (first === undefined) return undefined
  const id = textIn(first, 'id')
  return id === undefined ? { title: textIn(objectIn(first, 'title'), 'en') ?? '' } : { id }
}

function readIdentifier(source: JsonObject): RelatedIdentifier {
  const identifier = textIn(source, 'identifier') ?? ''
  const scheme = textIn(source, 'scheme') ?? detectIdentifier(identifier)?.scheme
  if (scheme === undefined) throw invalidField('metadata.related_identifiers', 'Missing or invalid scheme.')
  return { identifier, scheme }
}

function readRelation(source: JsonObject): RelatedIdentifier {
  return compact<RelatedIdentifier>({
    ...readIdentifier(source),
    relation: idIn(source, 'relation_type'),
    resourceType: idIn(source, 'resource_type'),
  })
}

function readFunding(source: JsonObject): readonly Funding[] {
  const [funder, number] = (idIn(source, 'award') ?? '').split('::')
  return funder === undefined || number === undefined ? [] : [{ funderDoi: funderOf(funder), number }]
}

function readPlace(source: JsonObject): Place {
  const { coordinates } = objectIn(source, 'geometry')
  const [lon, lat] = Array.isArray(coordinates) ? coordinates : []
  return compact<Place>({
    place: textIn(source, 'place') ?? '',
    description: textIn(source, 'description'),
    coordinates: typeof lon === 'number' && typeof lat === 'number' ? [lon, lat] : undefined,
  })
}

function readDate(source: JsonObject): TypedDate {
  return compact<TypedDate>({
    date: textIn(source, 'date') ?? '',
    type: idIn(source, 'type') ?? 'other',
    description: textIn(source, 'description'),
  })
}

function readAccess(source: JsonObject): Content['access'] {
  const embargo = objectIn(source, 'embargo')
  const until = embargo.active === true ? textIn(embargo, 'until') : undefined
  if (source.files !== 'restricted') return { files: 'public' }
  return until === undefined ? { files: 'restricted' } : { files: 'restricted', embargoUntil: until }
}

/** No `pids` keeps what there is, `pids` without a DOI clears it (invenio-rdm-records, components/pids). */
function readPids(pids: unknown): Doi | null | undefined {
  if (!isObject(pids)) return undefined
  const doi = objectIn(pids, 'doi')
  const identifier = textIn(doi, 'identifier')
  if (identifier === undefined) return null
  if (doi.provider === 'external') return { identifier: normaliseDoi(identifier), provider: 'external' }
  return { identifier, provider: 'zenodo' }
}

function objectIn(source: JsonObject, key: string): JsonObject {
  const value = source[key]
  return isObject(value) ? value : {}
}

function listIn(source: JsonObject, key: string): readonly JsonObject[] {
  const value = source[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}

function textIn(source: JsonObject, key: string): string | undefined {
  const value = source[key]
  return typeof value === 'string' && value !== '' ? sanitiseText(value) : undefined
}

function htmlIn(source: JsonObject, key: string): string | undefined {
  const value = source[key]
  return typeof value === 'string' && value !== '' ? sanitiseHtml(value) : undefined
}

function idIn(source: JsonObject, key: string): string | undefined {
  const id = textIn(objectIn(source, key), 'id')
  if (id !== undefined && id !== id.toLowerCase()) throw unknownValue(id)
  return id
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
