/** What does a deposit body mean? Stage one of Zenodo's validation: its own refusals, and the mapping to what is stored. */
import { invalid, invalidField, serverError, unknownValue } from '../http-answer.ts'
import type { EmulatorSettings } from '../settings.ts'
import { type Content, type Doi, emptyContent, type Metadata } from './content.ts'
import {
  compact,
  createFieldReader,
  type FieldReader,
  isObject,
  type JsonObject,
  optionalText,
  requireObject,
} from './field-reader.ts'
import { awardId } from './funders.ts'
import { normaliseDoi } from './identifiers.ts'
import {
  readDates,
  readGrants,
  readLocations,
  readRelatedIdentifiers,
  readTexts,
  requireKnownDateTypes,
  requireKnownRelations,
} from './input-lists.ts'
import { readContributors, readCreators, requireKnownRoles } from './input-people.ts'
import { findLicence } from './licences.ts'
import { sanitiseHtml } from './sanitise-html.ts'
import { languageId, resourceTypeId } from './vocabularies.ts'

const CUSTOM_TEXTS = `imprint_isbn imprint_place partof_title partof_pages journal_title journal_volume journal_issue
  journal_pages conference_title conference_acronym conference_dates conference_place conference_url conference_session
  conference_session_part thesis_university`.split(/\s+/)

/** Reads the body of POST and PUT of a deposition. */
export function readDeposit(body: unknown, settings: Pick<EmulatorSettings, 'awards'>): Content {
  // Zenodo's deserializer takes any JSON value for an object: null, arrays and texts make it answer 500.
  const source = requireObject(body)
  const unknown = Object.keys(source).filter((key) => key !== 'metadata' && key !== 'files')
  if (unknown.length > 0) throw invalid(...unknown.map((field) => ({ field, messages: ['Unknown field.'] })))
  if (source.metadata === undefined) return emptyContent
  if (source.metadata === null) throw invalidField('metadata', 'Field may not be null.')
  if (!isObject(source.metadata)) throw invalidField('metadata._schema', 'Invalid input type.')
  const content = readContent(source.metadata)
  requireKnownVocabulary(content, settings)
  return content
}

function readContent(source: JsonObject): Content {
  const metadata = readMetadata(source)
  const doi = readDoi(source.doi)
  const communities = readCommunities(source.communities)
  return {
    metadata,
    customFields: readCustomFields(source),
    communities,
    access: readAccess(source),
    ...(doi === undefined ? {} : { doi }),
  }
}

function readMetadata(source: JsonObject): Metadata {
  const reader = createFieldReader(source)
  const description = reader.text('description')
  const fields = {
    title: reader.text('title'),
    description: description === undefined ? undefined : sanitiseHtml(description),
    resourceType: readResourceType(source),
    creators: readCreators(reader),
    publicationDate: reader.text('publication_date') ?? today(),
    publisher: reader.text('imprint_publisher') ?? 'Zenodo',
    version: reader.text('version'),
    licence: readLicence(reader, source),
    keywords: readTexts(reader, 'keywords'),
    references: readTexts(reader, 'references'),
    funding: readGrants(reader),
    locations: readLocations(reader),
    dates: readDates(reader),
    language: readLanguage(reader),
    notes: readHtml(source, 'notes'),
    method: readHtml(source, 'method'),
  }
  const { related, alternate } = readRelatedIdentifiers(reader.value('related_identifiers'))
  reader.finish()
  return compact<Metadata>({
    ...fields,
    contributors: readContributors(source),
    relatedIdentifiers: related.length === 0 ? undefined : related,
    alternateIdentifiers: alternate.length === 0 ? undefined : alternate,
  })
}

/** Today in UTC, the date that Zenodo fills in. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function readHtml(source: JsonObject, name: string): string | undefined {
  const text = optionalText(source, name)
  return text === undefined ? undefined : sanitiseHtml(text)
}

function readResourceType(source: JsonObject): string | undefined {
  const type = optionalText(source, 'upload_type')
  if (type === undefined) return undefined
  const subtype = optionalText(source, `${type}_type`)
  return subtype === undefined ? type : `${type}-${subtype}`
}

/** Datasets default to CC0, everything else to CC BY; restricted and closed access have no default licence. */
function readLicence(reader: FieldReader, source: JsonObject): Metadata['licence'] {
  const given = reader.value('license')
  if (given === undefined) {
    const open = source.access_right === undefined || ['open', 'embargoed'].includes(String(source.access_right))
    if (Object.keys(source).length === 0 || !open) return undefined
    return { id: source.upload_type === 'dataset' ? 'cc0-1.0' : 'cc-by-4.0' }
  }
  const id = isObject(given) ? licenceIdOf(given) : given
  if (typeof id !== 'string') {
    const shape = "Invalid license value provided (expected string, or object with 'id' key)"
    throw invalidField('metadata.license', `${shape}: ${JSON.stringify(given)}`)
  }
  const licence = findLicence(id)
  if (!licence) throw invalidField('metadata.license', `Invalid license provided: ${id}`)
  return licence
}

function licenceIdOf(given: JsonObject): unknown {
  if ('id' in given) return given.id
  if (Object.keys(given).length > 0) throw serverError()
  throw invalidField('metadata.license', "Invalid license object provided (missing 'id' key): {}")
}

function readLanguage(reader: FieldReader): string | undefined {
  const code = reader.text('language')
  if (code === undefined) return undefined
  if (code.length === 2 || code.length === 3) return code
  reader.complain('language', 'Language must be either ISO-639-1 or 639-2 compatible.')
  return undefined
}

function readAccess(source: JsonObject): Content['access'] {
  const right = source.access_right ?? 'open'
  if (right === 'open') return { files: 'public' }
  if (right === 'restricted' || right === 'closed') return { files: 'restricted' }
  const until = optionalText(source, 'embargo_date')
  if (right === 'embargoed' && until !== undefined) return { files: 'restricted', embargoUntil: until }
  throw invalidField('_schema', 'Unknown access type.')
}

/** A DOI that begins exactly with Zenodo's prefix is Zenodo's own; any other form is external (zenodo-rdm deserializers). */
function readDoi(value: unknown): Doi | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw invalidField('metadata.doi', 'Not a valid string.')
  if (value.startsWith('10.5281/')) return { identifier: value, provider: 'zenodo' }
  return { identifier: normaliseDoi(value), provider: 'external' }
}

function readCommunities(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  const complaint = "Communities must be an array of objects with an 'identifier' key."
  if (!Array.isArray(value)) throw invalidField('communities', complaint)
  const slugs = value.map((element) => {
    if (!isObject(element) || typeof element.identifier !== 'string') throw invalidField('communities', complaint)
    return element.identifier
  })
  return [...new Set(slugs)]
}

function readCustomFields(source: JsonObject): Content['customFields'] {
  const texts = CUSTOM_TEXTS.map((name) => [name, optionalText(source, name)] as const)
  const subjects = Array.isArray(source.subjects) ? source.subjects.map(requireObject) : []
  const custom = source.custom === undefined || source.custom === null ? {} : requireObject(source.custom)
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    ...(subjects.length === 0 ? {} : { subjects }),
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
  }
}

/** @throws HttpError 400 without `errors` for the first id that a vocabulary does not hold. */
export function requireKnownVocabulary(
  { metadata }: Pick<Content, 'metadata'>,
  { awards }: Pick<EmulatorSettings, 'awards'>,
): void {
  const { resourceType, language, funding = [] } = metadata
  if (resourceType !== undefined && resourceTypeId(resourceType) === undefined) throw unknownValue(resourceType)
  requireKnownRoles(metadata.contributors)
  requireKnownRelations(metadata.relatedIdentifiers ?? [])
  requireKnownDateTypes(metadata.dates)
  if (language !== undefined && languageId(language) === undefined) throw unknownValue(language)
  for (const { funderDoi, number } of funding) {
    const id = awardId(funderDoi, number)
    const known = awards === 'any' || awards.some((award) => award === id || award === `${funderDoi}::${number}`)
    if (!known) throw unknownValue(id)
  }
}
