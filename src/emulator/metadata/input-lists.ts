/** What do the list fields of a deposit's metadata say: related identifiers, grants, places, dates, keywords, references? */
import { invalidField, serverError, unknownValue } from '../http-answer.ts'
import type { Funding, Place, RelatedIdentifier, TypedDate } from './content.ts'
import {
  compact,
  type FieldReader,
  isObject,
  type JsonObject,
  optionalText,
  requireObject,
  requireText,
} from './field-reader.ts'
import { splitGrantId } from './funders.ts'
import { detectIdentifier } from './identifiers.ts'
import { isDateType, isRelation, resourceTypeId } from './vocabularies.ts'

const FIELD = 'metadata.related_identifiers'

/** Reads `related_identifiers`; `isAlternateIdentifier` ones are kept apart and come back last. */
export function readRelatedIdentifiers(value: unknown): {
  readonly related: readonly RelatedIdentifier[]
  readonly alternate: readonly RelatedIdentifier[]
} {
  if (value === undefined) return { related: [], alternate: [] }
  if (!Array.isArray(value)) throw invalidField(FIELD, 'related_identifiers must be a list')
  const all = value.map(readRelatedIdentifier)
  return {
    related: all.filter((one) => one.relation !== 'isalternateidentifier'),
    alternate: all
      .filter((one) => one.relation === 'isalternateidentifier')
      .map(({ identifier, scheme }) => ({ identifier, scheme })),
  }
}

function readRelatedIdentifier(value: unknown, at: number): RelatedIdentifier {
  if (!isObject(value)) throw invalidField(`${FIELD}.${at}`, 'Each related identifier must be an object')
  if (value.relation === undefined || value.identifier === undefined) throw serverError()
  if (typeof value.relation !== 'string') throw invalidField(`${FIELD}.${at}.relation`, 'relation must be a string')
  const detected = detectIdentifier(requireText(value, 'identifier'))
  if (!detected) throw invalidField(`${FIELD}.scheme`, 'No valid scheme recognized for identifier.')
  const relation = value.relation === 'isOrignialFormOf' ? 'isOriginalFormOf' : value.relation
  return compact<RelatedIdentifier>({
    ...detected,
    relation: relation.toLowerCase(),
    resourceType: optionalText(value, 'resource_type'),
  })
}

/** Resolves relations and resource types. @throws HttpError 400 without `errors` for ids the vocabularies do not hold. */
export function requireKnownRelations(identifiers: readonly RelatedIdentifier[]): void {
  for (const { relation, resourceType } of identifiers) {
    if (relation !== undefined && !isRelation(relation)) throw unknownValue(relation)
    if (resourceType !== undefined && resourceTypeId(resourceType) === undefined) throw unknownValue(resourceType)
  }
}

/** Reads `grants`; an element without an `id` makes Zenodo answer 500. */
export function readGrants(reader: FieldReader): readonly Funding[] | undefined {
  return reader.list('grants')?.map((grant) => splitGrantId(requireText(requireObject(grant), 'id')))
}

/** Reads `locations`; a coordinate of 0 counts as none, as in Zenodo's code. */
export function readLocations(reader: FieldReader): readonly Place[] | undefined {
  return reader.list('locations')?.map((element) => {
    const source = requireObject(element)
    const [lat, lon] = [coordinate(source.lat), coordinate(source.lon)]
    return compact<Place>({
      place: requireText(source, 'place'),
      description: optionalText(source, 'description'),
      coordinates: lat && lon ? [lon, lat] : undefined,
    })
  })
}

function coordinate(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : undefined
}

/** Reads `dates`: one date or an interval each. */
export function readDates(reader: FieldReader): readonly TypedDate[] | undefined {
  return reader.list('dates')?.flatMap((element) => {
    const source = requireObject(element)
    const date = dateOrInterval(source)
    if (date === undefined) {
      reader.complain('dates', 'Invalid date provided.')
      return []
    }
    const type = requireText(source, 'type').toLowerCase()
    return [compact<TypedDate>({ date, type, description: optionalText(source, 'description') })]
  })
}

function dateOrInterval(source: JsonObject): string | undefined {
  const start = optionalText(source, 'start')
  const end = optionalText(source, 'end')
  if (start !== undefined && end !== undefined && start !== end) return `${start}/${end}`
  return start ?? end
}

/** @throws HttpError 400 without `errors` for a date type that the vocabulary does not hold. */
export function requireKnownDateTypes(dates: readonly TypedDate[] | undefined): void {
  const unknown = dates?.find((date) => !isDateType(date.type))
  if (unknown) throw unknownValue(unknown.type)
}

/** Reads an array of texts. A text instead of an array falls apart into its letters, as Python's iteration does. */
export function readTexts(reader: FieldReader, name: 'keywords' | 'references'): readonly string[] | undefined {
  const value = reader.value(name)
  if (value === undefined) return undefined
  if (typeof value === 'string') return [...value]
  if (!Array.isArray(value)) {
    reader.complain(name, 'Not a valid list.')
    return undefined
  }
  const texts = value.filter((element): element is string => typeof element === 'string' && element !== '')
  if (texts.length < value.length) reader.complain(name, 'Not a valid string.')
  return texts.length === 0 ? undefined : texts
}
