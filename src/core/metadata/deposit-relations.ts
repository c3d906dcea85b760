/** What is the deposition related to? Related works of the dataset that Zenodo can hold, and the dataset itself. */
import type { Family } from '../copy.ts'
import { externalDoi, isZenodoDoi, normaliseDoi } from '../doi.ts'
import type { MetadataEntry } from '../manifest/manifest-metadata.ts'
import { recognisedIdentifier } from './deposit-identifiers.ts'
import { defined } from './deposit-text.ts'
import { zenodoType } from './deposit-type.ts'

type RelatedIdentifier = MetadataEntry<'relatedIdentifiers'>

export interface DepositRelation {
  readonly identifier: string
  /** One of Zenodo's 35 relations, in its spelling. */
  readonly relation: string
  /** Id of Zenodo's resource type, such as `publication-article`. */
  readonly resource_type?: string | undefined
}

/** Zenodo's relations (zenodo-rdm, legacy serializers, common.py); others it stores but cannot show, or refuses. */
const relations =
  `isCitedBy cites isSupplementTo isSupplementedBy isContinuedBy continues isDescribedBy describes hasMetadata
   isMetadataFor hasVersion isVersionOf isNewVersionOf isPreviousVersionOf isPartOf hasPart isPublishedIn isReferencedBy
   references isDocumentedBy documents isCompiledBy compiles isVariantFormOf isOriginalFormOf isIdenticalTo isReviewedBy
   reviews isDerivedFrom isSourceOf isRequiredBy requires isObsoletedBy obsoletes isAlternateIdentifier`.split(/\s+/)
const relationByLowerCase: ReadonlyMap<string, string> = new Map(relations.map((name) => [name.toLowerCase(), name]))

/** How a deposition of the family relates to its dataset. */
const toDataset: Readonly<Record<Family, string>> = {
  data: 'isIdenticalTo',
  software: 'isSourceOf',
  supp: 'isDerivedFrom',
}

/** The facts that decide about relations. DOIs are bare. */
export interface RelationInput {
  readonly family: Family
  readonly related: readonly RelatedIdentifier[]
  readonly datasetDoi: string
  /** DOI of the deposition itself, when known. */
  readonly ownDoi: string | undefined
}

/** Relations in their order, each once, then the one to the dataset (unless the deposition carries the dataset's DOI). */
export function depositRelations({ family, related, datasetDoi, ownDoi }: RelationInput): readonly DepositRelation[] {
  const carriesDatasetDoi = family === 'data' && ownDoi === externalDoi(datasetDoi)
  const dataset = { identifier: `https://doi.org/${datasetDoi}`, relation: toDataset[family] }
  const wanted = related
    .filter(mayBeShown)
    .flatMap(relationOf)
    .filter((one) => one.identifier !== ownDoi && (family === 'data' || !isOwnCopy(one)))
  return distinct(carriesDatasetDoi ? wanted : [...wanted, dataset])
}

/** Repositories that export their rows as they are mark some as not to be shown. */
function mayBeShown(entry: RelatedIdentifier): boolean {
  return entry.hidden !== true && entry.verified !== false
}

function relationOf(entry: RelatedIdentifier): readonly DepositRelation[] {
  const relation = relationByLowerCase.get((entry.relationType ?? '').trim().toLowerCase())
  const identifier = recognisedIdentifier(entry.relatedIdentifierType, (entry.relatedIdentifier ?? '').trim())
  if (relation === undefined || identifier === undefined) return []
  return [defined({ identifier, relation, resource_type: zenodoType(entry.resourceTypeGeneral) })]
}

/** A dataset lists its own software and supplemental records in this way; those records must not list themselves. */
function isOwnCopy({ identifier, relation }: DepositRelation): boolean {
  return isZenodoDoi(identifier) && (relation === 'isDerivedFrom' || relation === 'isSourceOf')
}

function distinct(all: readonly DepositRelation[]): readonly DepositRelation[] {
  const key = ({ identifier, relation }: DepositRelation) => `${relation} ${normaliseDoi(identifier) ?? identifier}`
  return [...new Map(all.map((one) => [key(one), one])).values()]
}
