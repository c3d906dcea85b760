/** What may a repository say in Zenodo's own terms? The `zenodo` part of a manifest, merged last over what we map. */
import { z } from 'zod'
import { listOf, section, text } from './manifest-parts.ts'

const line = text(5000).optional()
const html = text(2_000_000).optional()
const person = {
  name: text(1000, 1),
  affiliation: text(5000).optional(),
  orcid: text(50).optional(),
  gnd: text(50).optional(),
}
const idText = { error: 'an id, or an object with id' }
const slugText = { error: 'the slug of a community, or an object with identifier' }

const community = z
  .union([text(191, 1), z.looseObject({ identifier: text(191, 1) })], slugText)
  .transform((given) => (typeof given === 'string' ? given : given.identifier))

const licence = z
  .union([text(191, 1), z.looseObject({ id: text(191, 1) })], idText)
  .transform((given) => (typeof given === 'string' ? given : given.id))

const imprint = { imprint_publisher: line, imprint_isbn: line, imprint_place: line }
const partOf = { partof_title: line, partof_pages: line }
const journal = { journal_title: line, journal_volume: line, journal_issue: line, journal_pages: line }
const conference = {
  conference_title: line,
  conference_acronym: line,
  conference_dates: line,
  conference_place: line,
  conference_url: line,
  conference_session: line,
  conference_session_part: line,
}

const related = section({
  identifier: text(5000, 1),
  relation: text(50, 1),
  resource_type: text(100).optional(),
  scheme: text(50).optional(),
})
const location = section({
  place: text(5000, 1),
  lat: z.number().optional(),
  lon: z.number().optional(),
  description: text(5000).optional(),
})
const date = section({
  start: text(50).optional(),
  end: text(50).optional(),
  type: text(50, 1),
  description: text(5000).optional(),
})

/**
 * Keys of Zenodo's deposit metadata (developers.zenodo.org, "Deposit metadata"). The types are checked here because
 * Zenodo answers some wrong ones with 500. `doi` is not among them: which DOI a record carries is not a matter of taste.
 */
export const overridesSchema = section({
  upload_type: text(50, 1).optional(),
  publication_type: text(50, 1).optional(),
  image_type: text(50, 1).optional(),
  title: text(10_000, 3).optional(),
  description: text(2_000_000, 3).optional(),
  creators: listOf(section(person)).optional(),
  contributors: listOf(section({ ...person, type: text(50, 1) })).optional(),
  thesis_supervisors: listOf(section(person)).optional(),
  thesis_university: line,
  publication_date: text(50, 4).optional(),
  access_right: z
    .enum(['open', 'embargoed', 'restricted', 'closed'], { error: 'open, embargoed, restricted or closed' })
    .optional(),
  embargo_date: z.iso.date({ error: 'a date as YYYY-MM-DD' }).optional(),
  access_conditions: html,
  license: licence.optional(),
  keywords: listOf(text(5000, 1)).optional(),
  subjects: listOf(section({ term: text(5000, 1), identifier: line, scheme: line })).optional(),
  notes: html,
  method: html,
  references: listOf(text(10_000, 1)).optional(),
  related_identifiers: listOf(related).optional(),
  communities: listOf(community).optional().describe('Replaces the communities of the configuration'),
  grants: listOf(section({ id: text(500, 1) })).optional(),
  locations: listOf(location).optional(),
  dates: listOf(date).optional(),
  language: text(3, 2).optional(),
  version: text(191).optional(),
  ...imprint,
  ...partOf,
  ...journal,
  ...conference,
  custom: z.record(z.string(), z.unknown(), { error: 'an object of namespaced fields' }).optional(),
})
  .refine((given) => given.access_right !== 'embargoed' || given.embargo_date !== undefined, {
    path: ['embargo_date'],
    error: 'a date as YYYY-MM-DD, because access_right is embargoed',
  })
  .default({})
  .describe("Overrides in Zenodo's deposit-metadata terms, merged last, for every family of this version")

/** The `zenodo` part of a manifest. */
export type ZenodoOverrides = z.infer<typeof overridesSchema>
