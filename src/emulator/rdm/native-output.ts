/** How does stored metadata look in InvenioRDM's own form? */
import type { Content, Doi, Metadata, Person, RelatedIdentifier } from '../metadata/content.ts'
import { compact, type JsonObject } from '../metadata/field-reader.ts'
import { rorOf } from '../metadata/funders.ts'
import { languageId, resourceTypeId } from '../metadata/vocabularies.ts'

/** `metadata` of a native answer. */
export function nativeMetadata({ metadata }: Content): JsonObject {
  const list = <T>(values: readonly T[] | undefined, write: (value: T) => unknown): readonly unknown[] | undefined =>
    values === undefined || values.length === 0 ? undefined : values.map(write)
  return compact({
    title: metadata.title,
    description: metadata.description,
    resource_type: idOf(metadata.resourceType === undefined ? undefined : resourceTypeId(metadata.resourceType)),
    creators: list(metadata.creators, person),
    contributors: list(metadata.contributors, person),
    publication_date: metadata.publicationDate,
    publisher: metadata.publisher,
    version: metadata.version,
    rights: rights(metadata),
    subjects: list(metadata.keywords, (subject) => ({ subject })),
    additional_descriptions: descriptions(metadata),
    references: list(metadata.references, (reference) => ({ reference })),
    related_identifiers: list(metadata.relatedIdentifiers, relation),
    identifiers: list(metadata.alternateIdentifiers, ({ identifier, scheme }) => ({ identifier, scheme })),
    funding: list(metadata.funding, ({ funderDoi, number }) => ({
      funder: { id: rorOf(funderDoi) },
      award: { id: `${rorOf(funderDoi)}::${number}`, number },
    })),
    locations: locations(metadata),
    dates: list(metadata.dates, ({ date, type, description }) => compact({ date, type: { id: type }, description })),
    languages: list(metadata.language === undefined ? [] : [metadata.language], (code) => ({ id: languageId(code) })),
  })
}

/** `access` of a native answer. */
export function nativeAccess({ access }: Content): JsonObject {
  const until = access.embargoUntil ?? null
  const isOpen = access.files === 'public'
  return {
    record: 'public',
    files: access.files,
    embargo: { active: until !== null, until, reason: null },
    status: isOpen ? 'open' : until === null ? 'restricted' : 'embargoed',
  }
}

/** `pids` of a native answer. */
export function nativePids(doi: Doi | undefined): JsonObject {
  if (doi === undefined) return {}
  if (doi.provider === 'external') return { doi: { identifier: doi.identifier, provider: 'external' } }
  return { doi: { identifier: doi.identifier, provider: 'datacite', client: 'datacite' } }
}

function idOf(id: string | undefined): JsonObject | undefined {
  return id === undefined ? undefined : { id }
}

function person({ familyName, givenName, affiliation, orcid, gnd, role }: Person): JsonObject {
  const identifiers = Object.entries({ orcid, gnd }).flatMap(([scheme, identifier]) =>
    identifier === undefined ? [] : [{ scheme, identifier }],
  )
  return compact({
    person_or_org: compact({
      type: 'personal',
      name: [familyName, givenName].filter((part) => part !== undefined).join(', '),
      family_name: familyName,
      given_name: givenName,
      identifiers: identifiers.length === 0 ? undefined : identifiers,
    }),
    affiliations: affiliation === undefined ? undefined : [{ name: affiliation }],
    role: idOf(role),
  })
}

function rights({ licence }: Metadata): readonly JsonObject[] | undefined {
  if (licence === undefined) return undefined
  return ['id' in licence ? { id: licence.id } : { title: { en: licence.title } }]
}

function descriptions({ notes, method }: Metadata): readonly JsonObject[] | undefined {
  const all = Object.entries({ notes, methods: method }).flatMap(([id, description]) =>
    description === undefined ? [] : [{ description, type: { id } }],
  )
  return all.length === 0 ? undefined : all
}

function relation({ identifier, scheme, relation: id, resourceType }: RelatedIdentifier): JsonObject {
  return compact({ identifier, scheme, relation_type: idOf(id), resource_type: idOf(resourceType) })
}

function locations(metadata: Metadata): JsonObject | undefined {
  const features = metadata.locations?.map(({ place, description, coordinates }) =>
    compact({
      place,
      description,
      geometry: coordinates === undefined ? undefined : { type: 'Point', coordinates },
    }),
  )
  return features === undefined || features.length === 0 ? undefined : { features }
}
