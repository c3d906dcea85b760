/** What does a repository send to enqueue one version? Its manifest, bare or with types, priority and time beside it. */
import { z } from 'zod'
import { type CopyType, copyTypes } from '../copy.ts'
import { type Manifest, manifestSchema } from './manifest.ts'
import { section } from './manifest-parts.ts'
import { acceptedBy, type ManifestProblem, problemsOf } from './manifest-problems.ts'
import { nestingProblem } from './nesting.ts'

const typesRule = `a list of at least one of ${copyTypes.join(', ')}`
const priorityRule = 'a whole number from -1000000 to 1000000'
const timeRule = 'an ISO 8601 time with its zone, before the year 3000, such as 2026-11-01T20:00:00Z'

/** With its name, so that there is room for what goes beside it. */
export const enqueueDocumentSchema = section({
  manifest: manifestSchema,
  types: z
    .array(z.enum(copyTypes, { error: typesRule }), { error: typesRule })
    .min(1, { error: typesRule })
    .nullish(),
  priority: z
    .int({ error: priorityRule })
    .min(-1_000_000, { error: priorityRule })
    .max(1_000_000, { error: priorityRule })
    .nullish(),
  runAfter: z.iso
    .datetime({ offset: true, error: timeRule })
    // databases end with the year 9999, and priorities move times by up to a century
    .refine((time) => time < '3000', { error: timeRule })
    .transform((time) => new Date(time).toISOString())
    .nullish(),
})

/** Null: not said. */
export interface EnqueueDocument {
  readonly manifest: Manifest
  readonly types: readonly CopyType[] | null
  readonly priority: number | null
  /** ISO 8601, UTC. */
  readonly runAfter: string | null
}

type ParsedDocument =
  | { readonly ok: true; readonly document: EnqueueDocument }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] }

/** Checks any JSON value. Nothing is thrown: what is wrong comes back by JSON path. */
export function parseEnqueueDocument(input: unknown): ParsedDocument {
  const nesting = nestingProblem(input)
  if (nesting !== null) return { ok: false, problems: [nesting] }
  const isWrapped = typeof input === 'object' && input !== null && Object.hasOwn(input, 'manifest')
  const parsed = isWrapped
    ? enqueueDocumentSchema.safeParse(input, { error: acceptedBy })
    : manifestSchema.safeParse(input, { error: acceptedBy })
  if (!parsed.success) return { ok: false, problems: problemsOf(input, parsed.error.issues) }
  if (!('manifest' in parsed.data)) return { ok: true, document: documentOf({ manifest: parsed.data }) }
  return { ok: true, document: documentOf(parsed.data) }
}

function documentOf({ manifest, types, priority, runAfter }: z.infer<typeof enqueueDocumentSchema>): EnqueueDocument {
  return { manifest, types: types ?? null, priority: priority ?? null, runAfter: runAfter ?? null }
}
