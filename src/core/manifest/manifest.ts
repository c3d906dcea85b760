/** What does a repository send to enqueue copies of a dataset version? The manifest, version 1, and its refusals. */
import { z } from 'zod'
import { doiPattern, normaliseDoi } from '../doi.ts'
import { filesSchema } from './manifest-files.ts'
import { metadataSchema } from './manifest-metadata.ts'
import { isoDate, section, text } from './manifest-parts.ts'
import { acceptedBy, type ManifestProblem, problemsOf } from './manifest-problems.ts'
import { overridesSchema } from './manifest-zenodo.ts'
import { nestingProblem } from './nesting.ts'
import { nearestLicences, spdxLicence } from './spdx-licence.ts'

export type { ManifestFile } from './manifest-files.ts'
export type { ManifestProblem } from './manifest-problems.ts'

/** The value of `schema` in every manifest of this version. */
export const manifestVersion = 'zenodo-replicator/manifest/v1'

const doiRule = 'a DOI of at most 191 characters, bare, with doi: or as https://doi.org/…'
const idRule = 'text of 1 to 191 characters, or a whole number'
const numberRule = 'a whole number from 1 to 1000000000'
const licenceRule = 'an SPDX licence id such as MIT, Apache-2.0 or GPL-3.0-or-later'

const doiSchema = z
  .string({ error: doiRule })
  .regex(doiPattern, { error: doiRule })
  .transform((given, context) => {
    const doi = normaliseDoi(given)
    if (doi !== null) return doi
    context.addIssue({ code: 'custom', message: doiRule })
    return z.NEVER
  })

const idSchema = z
  .union([text(191, 1), z.int(), z.null()], { error: idRule })
  .transform((id) => (id === null ? undefined : String(id)))
  .optional()

const licenceSchema = z
  .union([text(191), z.null()], { error: licenceRule })
  .transform((given, context) => {
    if (given === null) return undefined
    const licence = spdxLicence(given)
    if (licence !== null) return licence
    const nearest = nearestLicences(given)
    const guess = nearest.length === 0 ? '' : ` (did you mean ${nearest.join(', ')}?)`
    context.addIssue({ code: 'custom', message: `${licenceRule}${guess}` })
    return z.NEVER
  })
  .optional()

const versionSchema = section({
  number: z
    .int({ error: numberRule })
    .min(1, { error: numberRule })
    .max(1_000_000_000, { error: numberRule })
    .describe('Orders the versions of a dataset: later versions have larger numbers'),
  id: idSchema.describe('Id of the version in the repository'),
  published: z
    .boolean({ error: 'true or false' })
    .default(false)
    .describe('Whether the repository has published this version'),
  publicationDate: isoDate().nullish().describe('Date of publication, YYYY-MM-DD; of a timestamp the date is kept'),
})

/** Zod schema of the manifest. What it returns is normalised: bare DOIs, canonical checksums, defaults filled in. */
export const manifestSchema = section({
  schema: z.literal(manifestVersion, { error: `"${manifestVersion}"` }).describe('Which kind of document this is'),
  dataset: section({
    doi: doiSchema.describe('DOI of the dataset; stored bare and in lower case'),
    id: idSchema.describe('Id of the dataset in the repository'),
  }).describe('One DOI with many versions'),
  version: versionSchema.describe('One submission round of the dataset'),
  metadata: metadataSchema,
  files: filesSchema,
  softwareLicense: licenceSchema.describe('SPDX id of the licence of the software; MIT when there is none'),
  zenodo: overridesSchema,
})

/** A valid, normalised manifest. */
export type Manifest = z.infer<typeof manifestSchema>

export type ParsedManifest =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] }

/** Checks any JSON value. Nothing is thrown: what is wrong comes back by JSON path. */
export function parseManifest(input: unknown): ParsedManifest {
  const nesting = nestingProblem(input)
  if (nesting !== null) return { ok: false, problems: [nesting] }
  const parsed = manifestSchema.safeParse(input, { error: acceptedBy })
  if (parsed.success) return { ok: true, manifest: parsed.data }
  return { ok: false, problems: problemsOf(input, parsed.error.issues) }
}

/** The manifest as JSON Schema (draft 2020-12), in the form that a repository writes. */
export function manifestJsonSchema(): Record<string, unknown> {
  const { $schema, ...body } = z.toJSONSchema(manifestSchema, { io: 'input' })
  return {
    $schema,
    $id: 'urn:zenodo-replicator:manifest:v1',
    title: 'zenodo-replicator manifest, version 1',
    description: 'What a repository sends to enqueue copies of one version of a dataset.',
    ...body,
  }
}
