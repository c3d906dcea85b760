/** What is wrong with stored metadata? Asked tolerantly after a PUT (wrong values are left out) and strictly at publish. */
import type { FieldError } from '../http-answer.ts'
import type { Content, Metadata, Person } from './content.ts'
import { isDateOrInterval, isIsbn, isOrcid } from './identifiers.ts'
import { today } from './input.ts'

const MISSING = 'Missing data for required field.'
const TOO_SHORT = 'Shorter than minimum length 3.'

/** One thing that publish refuses; `without` leaves the wrong value out, where that is possible. */
interface Problem {
  readonly field: string
  readonly message: string
  readonly without?: (content: Content) => Content
}

/** The content as Zenodo shows it: values that the record schema refuses were dropped silently (zenodo-rdm tolerant load). */
export function tolerated(content: Content): Content {
  return findProblems(content).reduce((kept, problem) => problem.without?.(kept) ?? kept, content)
}

/** Every refusal of the record schema, in the paths of InvenioRDM and not of the deposit API, all in one answer. */
export function schemaErrors(content: Content): readonly FieldError[] {
  const messages = new Map<string, string[]>()
  for (const { field, message } of findProblems(content)) messages.set(field, [...(messages.get(field) ?? []), message])
  return [...messages].map(([field, list]) => ({ field, messages: list }))
}

/** An embargo that has passed is lifted: the files become public. */
export function liftEmbargo(content: Content): Content {
  const { embargoUntil } = content.access
  if (embargoUntil === undefined || embargoUntil > today()) return content
  return { ...content, access: { files: 'public' } }
}

function findProblems(content: Content): readonly Problem[] {
  return [
    ...textProblems(content),
    ...peopleProblems(content.metadata),
    ...dateProblems(content),
    ...otherProblems(content),
  ]
}

function leave(...names: readonly (keyof Metadata)[]): (content: Content) => Content {
  return (content) => {
    const metadata = { ...content.metadata }
    for (const name of names) delete metadata[name]
    return { ...content, metadata }
  }
}

function leaveCustom(name: string): (content: Content) => Content {
  return (content) => {
    const { [name]: _, ...customFields } = content.customFields
    return { ...content, customFields }
  }
}

function textProblems({ metadata }: Content): readonly Problem[] {
  const { title, description, version, notes, method } = metadata
  const problems: Problem[] = []
  if (title === undefined) problems.push({ field: 'metadata.title', message: MISSING })
  else if (title.length < 3) problems.push({ field: 'metadata.title', message: TOO_SHORT, without: leave('title') })
  if (description !== undefined && description.length < 3) {
    problems.push({ field: 'metadata.description', message: TOO_SHORT, without: leave('description') })
  }
  if (version !== undefined && version.length > 191) {
    const message = 'Longer than maximum length 191.'
    problems.push({ field: 'metadata.version', message, without: leave('version') })
  }
  const additional = [['notes', notes] as const, ['method', method] as const].filter(([, text]) => text !== undefined)
  for (const [at, [name, text = '']] of additional.entries()) {
    if (text.length >= 3) continue
    const field = `metadata.additional_descriptions.${at}.description`
    problems.push({ field, message: TOO_SHORT, without: leave(name) })
  }
  return problems
}

function peopleProblems(metadata: Metadata): readonly Problem[] {
  const { creators = [], contributors = [] } = metadata
  const problems: Problem[] = creators.length === 0 ? [{ field: 'metadata.creators', message: MISSING }] : []
  for (const [list, people] of [['creators', creators] as const, ['contributors', contributors] as const]) {
    for (const [at, person] of people.entries()) problems.push(...personProblems(list, at, person))
  }
  return problems
}

function personProblems(list: 'creators' | 'contributors', at: number, person: Person): readonly Problem[] {
  const path = `metadata.${list}.${at}`
  const problems: Problem[] = []
  if (person.familyName === undefined) {
    problems.push({ field: `${path}.person_or_org.family_name`, message: 'Family name cannot be blank.' })
  }
  if (person.orcid !== undefined && !isOrcid(person.orcid)) {
    const field = `${path}.person_or_org.identifiers.0.identifier`
    problems.push({ field, message: 'Invalid ORCID identifier.', without: leaveOrcid(list, at) })
  }
  if (list === 'contributors' && person.role === undefined) problems.push({ field: `${path}.role`, message: MISSING })
  return problems
}

function leaveOrcid(list: 'creators' | 'contributors', at: number): (content: Content) => Content {
  return (content) => {
    const people = content.metadata[list]?.map((person, index) => {
      if (index !== at) return person
      const { orcid: _, ...rest } = person
      return rest
    })
    return people === undefined ? content : { ...content, metadata: { ...content.metadata, [list]: people } }
  }
}

function dateProblems({ metadata, access }: Content): readonly Problem[] {
  const { publicationDate, dates = [] } = metadata
  const problems: Problem[] = []
  const message = 'Please provide a valid date or interval.'
  if (publicationDate === undefined) problems.push({ field: 'metadata.publication_date', message: MISSING })
  else if (!isDateOrInterval(publicationDate)) {
    problems.push({ field: 'metadata.publication_date', message, without: leave('publicationDate') })
  }
  for (const [at, { date }] of dates.entries()) {
    if (isDateOrInterval(date)) continue
    problems.push({ field: `metadata.dates.${at}.date`, message, without: leaveDate(date) })
  }
  if (access.embargoUntil !== undefined && !isFutureDate(access.embargoUntil)) {
    const until = 'Embargo end date must be set to a future date.'
    const without = (content: Content): Content => ({ ...content, access: { files: 'restricted' } })
    problems.push({ field: 'access.embargo.until', message: until, without })
  }
  return problems
}

function leaveDate(date: string): (content: Content) => Content {
  return (content) => {
    const dates = content.metadata.dates?.filter((one) => one.date !== date) ?? []
    return { ...content, metadata: { ...content.metadata, dates } }
  }
}

function isFutureDate(date: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && isDateOrInterval(date) && date > today()
}

function otherProblems({ metadata, customFields }: Content): readonly Problem[] {
  const problems: Problem[] = []
  const { imprint_isbn: isbn, conference_url: url } = customFields
  if (metadata.resourceType === undefined) problems.push({ field: 'metadata.resource_type', message: MISSING })
  if (metadata.publisher === undefined || metadata.publisher === '') {
    problems.push({ field: 'metadata.publisher', message: 'Missing publisher field required for DOI registration.' })
  }
  if (typeof isbn === 'string' && !isIsbn(isbn)) {
    const field = 'custom_fields.imprint:imprint.isbn'
    problems.push({ field, message: 'Please provide a valid ISBN.', without: leaveCustom('imprint_isbn') })
  }
  if (typeof url === 'string' && !URL.canParse(url)) {
    const field = 'custom_fields.meeting:meeting.url'
    problems.push({ field, message: 'Not a valid URL.', without: leaveCustom('conference_url') })
  }
  return problems
}
