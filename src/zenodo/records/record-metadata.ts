/** How does deposit metadata read in InvenioRDM's own form? One pure mapping, field by field (zenodo-rdm, legacy deserializers). */
import { normaliseDoi } from '../../core/doi.ts'
import type { DepositMetadata } from '../../core/metadata/deposit-metadata.ts'
import { customFieldsOf } from './custom-fields.ts'
import { fundingOf } from './funding.ts'
import { languageId } from './languages.ts'
import { rightsOf } from './rights.ts'

type Json = Readonly<Record<string, unknown>>

/** What is filled in when the manifest says nothing, as Zenodo's deposit API does by itself. */
export interface RecordDefaults {
  readonly publisher: string
  /** YYYY-MM-DD. */
  readonly today: string
}

/** The body of a draft. `pids` are not part of it: which DOI a draft has is decided by whoever writes it. */
export function recordBody(metadata: DepositMetadata, defaults: RecordDefaults): Json {
  return {
    access: accessOf(metadata),
    files: { enabled: true },
    metadata: metadataOf(metadata, defaults),
    custom_fields: customFieldsOf(metadata),
  }
}

function metadataOf(sent: DepositMetadata, defaults: RecordDefaults): Json {
  const related = (sent.related_identifiers ?? []).filter(({ relation }) => !isAlternate(relation))
  const alternate = (sent.related_identifiers ?? []).filter(({ relation }) => isAlternate(relation))
  const supervisors = (sent.thesis_supervisors ?? []).map((person) => ({ ...person, type: 'supervisor' }))
  return present({
    title: sent.title,
    resource_type: { id: resourceType(sent) },
    publication_date: sent.publication_date ?? defaults.today,
    publisher: sent.imprint_publisher ?? defaults.publisher,
    description: sent.description,
    version: sent.version,
    creators: sent.creators?.map(person),
    contributors: [...supervisors, ...(sent.contributors ?? [])].map((one) => ({
      ...person(one),
      role: { id: one.type.toLowerCase() },
    })),
    rights: rightsOf(sent.license),
    subjects: [...(sent.keywords ?? []), ...(sent.subjects ?? []).map(({ term }) => term)].map((subject) => ({
      subject,
    })),
    additional_descriptions: [...described(sent.notes, 'notes'), ...described(sent.method, 'methods')],
    references: sent.references?.map((reference) => ({ reference })),
    related_identifiers: related.map(({ relation, resource_type: type, ...one }) =>
      present({
        ...identified(one.identifier),
        relation_type: { id: relation.toLowerCase() },
        resource_type: type === undefined ? undefined : { id: type },
      }),
    ),
    identifiers: alternate.map(({ identifier }) => identified(identifier)),
    funding: fundingOf(sent.grants ?? []),
    locations: placesOf(sent.locations ?? []),
    dates: sent.dates?.map(dateOf),
    languages: sent.language === undefined ? undefined : [{ id: languageId(sent.language) }],
  })
}

/** `thesis` was renamed in the vocabulary (zenodo-rdm queryparser). */
function resourceType({ upload_type: type, ...rest }: DepositMetadata): string {
  const subtype = (rest as Json)[`${type}_type`]
  const id = typeof subtype === 'string' ? `${type}-${subtype}` : type
  return id === 'publication-thesis' ? 'publication-dissertation' : id
}

function accessOf({ access_right: right, embargo_date: until }: DepositMetadata): Json {
  if (right === 'open') return { record: 'public', files: 'public' }
  const embargo = right === 'embargoed' ? { embargo: { active: true, until } } : {}
  return { record: 'public', files: 'restricted', ...embargo }
}

interface Person {
  readonly name: string
  readonly affiliation?: string | undefined
  readonly orcid?: string | undefined
  readonly gnd?: string | undefined
}

/** Exactly one comma parts a name; otherwise all of it is the family name. */
function person({ name, affiliation, orcid, gnd }: Person): Json {
  const parts = name.split(',').map((part) => part.trim())
  const [family, given] = parts.length === 2 ? parts : [name, undefined]
  const identifiers = Object.entries({ orcid, gnd }).flatMap(([scheme, identifier]) =>
    identifier === undefined ? [] : [{ scheme, identifier }],
  )
  return present({
    person_or_org: present({ type: 'personal', family_name: family, given_name: given || undefined, identifiers }),
    affiliations: affiliation === undefined ? undefined : [{ name: affiliation }],
  })
}

function described(description: string | undefined, type: string): readonly Json[] {
  return description === undefined ? [] : [{ description, type: { id: type } }]
}

function isAlternate(relation: string): boolean {
  return relation.toLowerCase() === 'isalternateidentifier'
}

/** The scheme of what is neither a DOI nor an address is detected (marshmallow-utils IdentifierSchema). */
function identified(identifier: string): Json {
  const doi = normaliseDoi(identifier)
  if (doi !== null) return { identifier: doi, scheme: 'doi' }
  return /^https?:\/\//i.test(identifier) && !/\bark:/i.test(identifier)
    ? { identifier, scheme: 'url' }
    : { identifier }
}

function placesOf(places: NonNullable<DepositMetadata['locations']>): Json | undefined {
  if (places.length === 0) return undefined
  const features = places.map(({ place, lat, lon, ...more }) =>
    present({
      place,
      description: 'description' in more ? more.description : undefined,
      geometry: lat === undefined || lon === undefined ? undefined : { type: 'Point', coordinates: [lon, lat] },
    }),
  )
  return { features }
}

function dateOf({ start, end, type, description }: NonNullable<DepositMetadata['dates']>[number]): Json {
  const date = start && end && start !== end ? `${start}/${end}` : (start ?? end)
  return present({ date, type: { id: type.toLowerCase() }, description })
}

/** Without undefined values and empty lists: an empty list says no more than none. */
function present(values: Json): Json {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  )
}
