/** How does stored metadata come back? In the terms of the deposit API, which are often not those it was sent in. */
import type { Content, Metadata, Person, TypedDate } from './content.ts'
import { compact, type JsonObject } from './field-reader.ts'
import { returnedLicence } from './licences.ts'
import { liftEmbargo, tolerated } from './publish-checks.ts'
import { languageId, relationName, resourceTypeId, roleName } from './vocabularies.ts'

/** What the answer needs beside the content. */
export interface OutputContext {
  readonly id: number
  readonly isRecord: boolean
  /** Communities that the family is in, beside those asked for. */
  readonly communities: readonly string[]
}

/** The content that is visible: without refused values, and with a passed embargo lifted on records. */
export function visibleContent(content: Content, isRecord: boolean): Content {
  return tolerated(isRecord ? liftEmbargo(content) : content)
}

/** `metadata` of a deposition. */
export function depositMetadata(content: Content, context: OutputContext): JsonObject {
  const visible = visibleContent(content, context.isRecord)
  const slugs = [...new Set([...visible.communities, ...context.communities])]
  return compact({
    ...sharedMetadata(visible),
    ...uploadType(visible.metadata.resourceType),
    ...visible.customFields,
    license: licenceOf(visible.metadata),
    grants: nonEmpty(visible.metadata.funding)?.map(({ funderDoi, number }) => ({ id: `${funderDoi}::${number}` })),
    imprint_publisher: visible.metadata.publisher,
    communities: nonEmpty(slugs)?.map((identifier) => ({ identifier })),
    // A computed hint with a constant prefix, even on the sandbox (zenodo-rdm legacyjson schema).
    prereserve_doi: { doi: `10.5281/zenodo.${context.id}`, recid: context.id },
  })
}

/** The fields that the deposit API and the public record JSON write alike. */
export function sharedMetadata({ metadata, access, doi }: Content): JsonObject {
  return {
    title: metadata.title,
    doi: doi?.identifier,
    publication_date: metadata.publicationDate,
    description: metadata.description,
    access_right: accessRight(access),
    embargo_date: access.embargoUntil,
    creators: metadata.creators?.map(person),
    contributors: metadata.contributors?.map((one) => ({
      ...person(one),
      type: one.role === undefined ? null : roleName(one.role),
    })),
    keywords: nonEmpty(metadata.keywords),
    related_identifiers: relatedIdentifiers(metadata),
    locations: nonEmpty(metadata.locations)?.map(({ place, description, coordinates }) =>
      compact({ place, description, lon: coordinates?.[0], lat: coordinates?.[1] }),
    ),
    dates: nonEmpty(metadata.dates)?.map(typedDate),
    version: metadata.version,
    references: nonEmpty(metadata.references),
    language: metadata.language === undefined ? undefined : languageId(metadata.language),
    notes: metadata.notes,
    method: metadata.method,
  }
}

/** `open`, `embargoed` or `restricted`; `closed` comes back as restricted. */
function accessRight(access: Content['access']): 'open' | 'embargoed' | 'restricted' {
  if (access.files === 'public') return 'open'
  return access.embargoUntil === undefined ? 'restricted' : 'embargoed'
}

/** The returned licence id; licences kept by title have none. */
export function licenceOf({ licence }: Metadata): string | undefined {
  return licence !== undefined && 'id' in licence ? returnedLicence(licence.id) : undefined
}

/** Type and subtype of a resource type id. */
export function splitResourceType(id: string): { readonly type: string; readonly subtype?: string } {
  const [type = id, ...rest] = (resourceTypeId(id) ?? id).split('-')
  const subtype = rest.at(-1)
  return subtype === undefined ? { type } : { type, subtype }
}

function uploadType(id: string | undefined): JsonObject {
  if (id === undefined) return {}
  const { type, subtype } = splitResourceType(id)
  return subtype === undefined ? { upload_type: type } : { upload_type: type, [`${type}_type`]: subtype }
}

/** A person without an affiliation comes back with `affiliation: null` (recorded sandbox answers). */
function person({ familyName, givenName, affiliation, orcid, gnd }: Person): JsonObject {
  const name = [familyName, givenName].filter((part) => part !== undefined).join(', ')
  return compact({ name, affiliation: affiliation ?? null, orcid, gnd })
}

function relatedIdentifiers(metadata: Metadata): readonly JsonObject[] | undefined {
  const related = (metadata.relatedIdentifiers ?? []).map(({ identifier, scheme, relation = '', resourceType }) =>
    compact({ identifier, relation: relationName(relation), resource_type: resourceType, scheme }),
  )
  const alternate = (metadata.alternateIdentifiers ?? []).map(({ identifier, scheme }) => ({
    identifier,
    relation: 'isAlternateIdentifier',
    scheme,
  }))
  return nonEmpty([...related, ...alternate])
}

/** Only an interval keeps its ends; a single date comes back with its type alone (zenodo/zenodo#2594). */
function typedDate({ date, type, description }: TypedDate): JsonObject {
  const [start, end] = date.split('/')
  return compact({ ...(end === undefined ? {} : { start, end }), type, description })
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
