/** Who made it? Creators, contributors and thesis supervisors as the deposit API is given them. */
import { unknownValue } from '../http-answer.ts'
import type { Person } from './content.ts'
import { compact, type FieldReader, isObject, type JsonObject, optionalText, requireObject } from './field-reader.ts'
import { isRole } from './vocabularies.ts'

/** Reads `creators`; elements that are no objects make Zenodo answer 500. */
export function readCreators(reader: FieldReader): readonly Person[] | undefined {
  return reader.list('creators')?.map((creator) => readPerson(requireObject(creator)))
}

/**
 * Reads `thesis_supervisors` and `contributors`: supervisors become contributors and come first
 * (zenodo-rdm deserializers, pinned by its metadata round-trip test).
 */
export function readContributors(source: JsonObject): readonly Person[] | undefined {
  const supervisors = people(source.thesis_supervisors).map((person) => ({ ...readPerson(person), role: 'supervisor' }))
  const contributors = people(source.contributors).map(readContributor)
  const all = [...supervisors, ...contributors]
  return all.length === 0 ? undefined : all
}

/** @throws HttpError 400 without `errors` for a role that the vocabulary does not hold. */
export function requireKnownRoles(contributors: readonly Person[] | undefined): void {
  const unknown = contributors?.find((person) => person.role !== undefined && !isRole(person.role))
  if (unknown?.role !== undefined) throw unknownValue(unknown.role)
}

function people(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(requireObject) : []
}

function readContributor(source: JsonObject): Person {
  return compact<Person>({ ...readPerson(source), role: optionalText(source, 'type')?.toLowerCase() })
}

/** Exactly one comma splits a name; otherwise the whole text is the family name. */
function readPerson(source: JsonObject): Person {
  const name = optionalText(source, 'name') ?? ''
  const parts = name.split(',').map((part) => part.trim())
  const [familyName, givenName] = parts.length === 2 ? parts : [name, undefined]
  return compact<Person>({
    familyName: familyName === '' ? undefined : familyName,
    givenName: givenName === '' ? undefined : givenName,
    affiliation: readAffiliation(source.affiliation),
    orcid: optionalText(source, 'orcid')
      ?.replace(/^(?:https?:\/\/orcid\.org\/|orcid:\s*)/i, '')
      .toUpperCase(),
    gnd: optionalText(source, 'gnd')?.replace(/^(?:https?:\/\/d-nb\.info\/gnd\/|gnd:\s*)/i, ''),
  })
}

function readAffiliation(value: unknown): string | undefined {
  if (isObject(value)) return undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
