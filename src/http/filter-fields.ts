/** By what can copies be chosen, beside their state, type and error code? The same in the query of a list and in the body of an action. */
import { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { parseSearch, searchFields } from '../core/search.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import { familySchema } from './schemas.ts'

const textRule = 'text of 1 to 1000 characters'
export const shortText = (about: string) =>
  z.string({ error: textRule }).min(1, { error: textRule }).max(1000, { error: textRule }).describe(about)

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const durationRule = 'a time such as 90m, 12h or 7d'
/** Milliseconds. */
const duration = (about: string) =>
  z
    .string({ error: durationRule })
    .regex(/^\d{1,5}[mhd]$/, { error: durationRule })
    .transform((text) => Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs])
    .optional()
    .describe(`${about}: ${durationRule}`)

const searchAbout = `Words that all must hold: an id or DOI of any kind, a part of a title, an error or a DOI, "several words", or with a field: ${Object.entries(
  searchFields,
)
  .map(([field, about]) => `\`${field}:\` ${about}`)
  .join('; ')}`

const attemptsRule = 'a whole number from 1'

export const filterFields = {
  family: familySchema.optional(),
  dataset: shortText('DOI of a dataset').optional(),
  error: shortText('An error code').optional(),
  group: shortText('Key of an error group').optional(),
  size: z
    .enum(['large', 'small'])
    .optional()
    .describe('large: so many bytes that the worker keeps a slot free beside such copies (worker.largeBytes)'),
  attempts: z.coerce
    .number({ error: attemptsRule })
    .int({ error: attemptsRule })
    .min(1, { error: attemptsRule })
    .optional()
    .describe('So many attempts, or more'),
  olderThan: duration('Came in longer ago'),
  youngerThan: duration('Came in within'),
  unchangedFor: duration('Did not change for'),
  changedWithin: duration('Changed within'),
  q: shortText(searchAbout).superRefine(checkSearch).optional(),
}

function checkSearch(text: string, context: z.RefinementCtx): void {
  try {
    parseSearch(text)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    context.addIssue({ code: 'custom', message: String(error.details.accepted) })
  }
}

type Fields = z.output<z.ZodObject<typeof filterFields>>

/** The part of a filter that these fields make. @param largeBytes from which size on a copy is large */
export function filterFrom(fields: Fields, largeBytes: number): CopyFilter {
  const { family, dataset, error, group, size, attempts, olderThan, youngerThan, unchangedFor, changedWithin, q } =
    fields
  return defined({
    family,
    dataset,
    errorCode: error,
    errorGroup: group,
    minBytes: size === 'large' ? largeBytes : undefined,
    belowBytes: size === 'small' ? largeBytes : undefined,
    minAttempts: attempts,
    olderThanMs: olderThan,
    youngerThanMs: youngerThan,
    unchangedForMs: unchangedFor,
    changedWithinMs: changedWithin,
    q,
  })
}

/** Without what is not said. */
export function defined<Shape extends object>(shape: Shape): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  const said = Object.entries(shape).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> }
}
