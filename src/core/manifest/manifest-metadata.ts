/** What do we read of a dataset's DataCite metadata? Only these fields are checked; everything else is kept as it is. */
import { z } from 'zod'
import { listOf, text } from './manifest-parts.ts'

const word = text(1000).nullish()
const longText = text(2_000_000).nullish()
const awardRule = 'text or a number'
const coordinateRule = 'a number of degrees'

const coordinate = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^[+-]?\d{1,3}(?:\.\d{1,30})?$/)
        .transform(Number),
    ],
    { error: coordinateRule },
  )
  .nullish()

const namedObject = z.looseObject({ name: text(5000).nullish() })
const affiliation = z.union([text(5000), namedObject], { error: 'a name, or an object with a name' })

const creator = z.looseObject({
  name: word,
  nameType: word.describe('Personal or Organizational'),
  givenName: word,
  familyName: word,
  nameIdentifiers: listOf(z.looseObject({ nameIdentifier: word, nameIdentifierScheme: word })).nullish(),
  affiliation: z
    .union([text(5000), namedObject, listOf(affiliation)], { error: 'a list of names, or of objects with a name' })
    .nullish(),
})

const fundingReference = z.looseObject({
  funderName: text(5000).nullish(),
  funderIdentifier: word,
  funderIdentifierType: word,
  awardNumber: z.union([text(1000), z.number()], { error: awardRule }).nullish(),
})

const relatedIdentifier = z.looseObject({
  relatedIdentifier: text(5000).nullish(),
  relatedIdentifierType: word,
  relationType: word,
  resourceTypeGeneral: word,
})

const geoLocation = z.looseObject({
  geoLocationPlace: text(5000).nullish(),
  geoLocationPoint: z.looseObject({ pointLatitude: coordinate, pointLongitude: coordinate }).nullish(),
})

/** DataCite 4 attributes, as a repository sends them to DataCite. */
export const metadataSchema = z
  .looseObject(
    {
      titles: listOf(z.looseObject({ title: text(10_000).nullish(), titleType: word })).nullish(),
      creators: listOf(creator).nullish(),
      descriptions: listOf(z.looseObject({ description: longText, descriptionType: word })).nullish(),
      rightsList: listOf(z.looseObject({ rightsUri: word, rightsIdentifier: word })).nullish(),
      subjects: listOf(z.looseObject({ subject: text(5000).nullish(), subjectScheme: word })).nullish(),
      fundingReferences: listOf(fundingReference).nullish(),
      relatedIdentifiers: listOf(relatedIdentifier).nullish(),
      geoLocations: listOf(geoLocation).nullish(),
      types: z.looseObject({ resourceTypeGeneral: word }).nullish(),
    },
    { error: 'an object of DataCite attributes' },
  )
  .describe('DataCite metadata of the dataset (the attributes object of DataCite JSON); other attributes are kept')

/** The DataCite part of a manifest. */
type ManifestMetadata = z.infer<typeof metadataSchema>
/** One entry of a list attribute of the metadata, such as `MetadataEntry<'creators'>`. */
export type MetadataEntry<Key extends 'creators' | 'fundingReferences' | 'relatedIdentifiers' | 'geoLocations'> =
  NonNullable<ManifestMetadata[Key]>[number]
