/** What do we tell Zenodo about a deposition? DataCite metadata of a manifest, mapped to Zenodo's deposit metadata. */
import type { Family } from '../copy.ts'
import { externalDoi, normaliseDoi } from '../doi.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ZenodoOverrides } from '../manifest/manifest-zenodo.ts'
import { type DepositCreator, depositCreators } from './deposit-creators.ts'
import { abstractOf, keywordsOf, mainTitle, methodOf, notesOf } from './deposit-descriptions.ts'
import { depositLicence } from './deposit-licence.ts'
import { type DepositLocation, depositLocations } from './deposit-locations.ts'
import { type DepositRelation, depositRelations } from './deposit-relations.ts'
import { type Defined, defined, unlessEmpty } from './deposit-text.ts'
import { dataUploadType } from './deposit-type.ts'
import { sameText } from './same-text.ts'

/** What the mapping itself writes; blank values are absent. */
interface MappedMetadata {
  /** Bare. Absent keeps the DOI that the deposition has. */
  readonly doi?: string
  readonly upload_type: string
  readonly publication_type?: string
  /** YYYY-MM-DD; Zenodo takes the day of the request when there is none. */
  readonly publication_date?: string
  /** Plain text. */
  readonly title?: string
  readonly creators?: readonly DepositCreator[]
  /** HTML, like `notes` and `method`. */
  readonly description: string
  readonly access_right: 'open' | 'embargoed' | 'restricted' | 'closed'
  /** Zenodo's licence id. */
  readonly license: string
  readonly keywords?: readonly string[]
  readonly notes?: string
  readonly method?: string
  readonly related_identifiers?: readonly DepositRelation[]
  readonly locations?: readonly DepositLocation[]
  readonly communities?: ReadonlyArray<{ readonly identifier: string }>
}

/**
 * Zenodo's legacy deposit metadata (developers.zenodo.org, "Deposit metadata"), sent whole with every update: what we
 * map, and beside it what the manifest's `zenodo` part adds.
 */
export type DepositMetadata = MappedMetadata & Readonly<Defined<Omit<ZenodoOverrides, keyof MappedMetadata>>>

export interface DepositMetadataInput {
  readonly manifest: Manifest
  readonly family: Family
  /** The DOI that this deposition must carry, decided by the caller; null when it is not known yet. */
  readonly doi: string | null
  /** Whether data copies carry the dataset's own DOI, or one of Zenodo's. */
  readonly dataDoi: 'dataset' | 'zenodo'
  /** Slugs from the configuration; the manifest's `zenodo.communities` replace them. */
  readonly communities: readonly string[]
}

/** Metadata of one deposition. The same input always gives the same metadata. */
export function depositMetadata(input: DepositMetadataInput): DepositMetadata {
  const { manifest, family } = input
  const { metadata, dataset, zenodo } = manifest
  const { communities, ...overrides } = zenodo
  const doi = ownDoi(input)
  const related = metadata.relatedIdentifiers ?? []
  const mapped = {
    doi,
    ...uploadType(input),
    publication_date: manifest.version.publicationDate ?? undefined,
    title: mainTitle(manifest),
    creators: unlessEmpty(depositCreators(metadata.creators ?? [])),
    description: abstractOf(manifest),
    access_right: 'open' as const,
    license: depositLicence(manifest, family),
    keywords: unlessEmpty(keywordsOf(manifest)),
    notes: notesOf(manifest),
    method: methodOf(manifest),
    related_identifiers: unlessEmpty(depositRelations({ family, related, datasetDoi: dataset.doi, ownDoi: doi })),
    locations: unlessEmpty(depositLocations(metadata.geoLocations ?? [])),
    communities: unlessEmpty((communities ?? input.communities).map((identifier) => ({ identifier }))),
  }
  return { ...defined(mapped), ...defined(overrides) }
}

/**
 * Bare, because Zenodo refuses its own DOIs as addresses. A software or supplemental deposition never gets the dataset's
 * DOI: it would take the place of the dataset.
 */
function ownDoi({ manifest, family, doi, dataDoi }: DepositMetadataInput): string | undefined {
  const dataset = manifest.dataset.doi
  if (family === 'data' && dataDoi === 'dataset') return externalDoi(normaliseDoi(doi ?? '') ?? dataset)
  const own = normaliseDoi(doi ?? '') ?? undefined
  return own !== undefined && externalDoi(own) === externalDoi(dataset) ? undefined : own
}

function uploadType({ manifest, family }: DepositMetadataInput): { upload_type: string; publication_type?: string } {
  if (family === 'data') return dataUploadType(manifest.metadata.types?.resourceTypeGeneral)
  return { upload_type: family === 'software' ? 'software' : 'other' }
}

/**
 * Names of the fields whose shown value does not agree with what was sent; empty when all do. Looked at are only fields
 * that Zenodo returns as they were sent, apart from its repairs of Unicode and white space (zenodo-rdm, legacy
 * serializers; marshmallow-utils, SanitizedUnicode).
 */
export function metadataShown(sent: DepositMetadata, shown: Readonly<Record<string, unknown>>): string[] {
  const agrees: ReadonlyArray<readonly [string, boolean]> = [
    ['title', sent.title === undefined || sameText(sent.title, shown.title)],
    ['publication_date', sent.publication_date === undefined || sent.publication_date === shown.publication_date],
    ['upload_type', sent.upload_type === shown.upload_type],
    ['creators', sameNames(sent.creators ?? [], shown.creators)],
    ['doi', sent.doi === undefined || normaliseDoi(sent.doi) === normaliseDoi(String(shown.doi ?? ''))],
  ]
  return agrees.filter(([, same]) => !same).map(([name]) => name)
}

function sameNames(sent: ReadonlyArray<{ readonly name: string }>, shown: unknown): boolean {
  if (sent.length === 0) return true
  if (!Array.isArray(shown) || shown.length !== sent.length) return false
  return sent.every(({ name }, index) => sameText(name, nameOf(shown[index])))
}

function nameOf(creator: unknown): unknown {
  return typeof creator === 'object' && creator !== null && 'name' in creator ? creator.name : undefined
}
