/** What may stand in the query of a list? Texts become values; what is not known is refused. */
import { z } from 'zod'
import type { ListRequest } from '../replication/ports/desk.ts'
import { familySchema, stateSchema, typeSchema } from './schemas.ts'

/** Repeated (`state=error&state=deferred`), or with commas: see `check-input`. */
function listOf<Values extends Readonly<Record<string, string>>>(words: z.ZodEnum<Values>) {
  return z.array(words).min(1)
}

const cursorRule = 'the `nextCursor` of the page before'
const limitRule = 'a whole number from 1 to 1000'
const textRule = 'text of 1 to 1000 characters'
const shortText = (about: string) =>
  z.string({ error: textRule }).min(1, { error: textRule }).max(1000, { error: textRule }).describe(about)

export const listQuery = z.strictObject({
  state: listOf(stateSchema).optional(),
  type: listOf(typeSchema).optional(),
  family: familySchema.optional(),
  dataset: shortText('DOI of a dataset').optional(),
  error: shortText('An error code').optional(),
  blocked: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only copies that wait for an earlier one (true), or only the others (false)'),
  q: shortText('Part of an id, DOI, deposition id, error or note').optional(),
  sort: z.enum(['id', 'dataset', 'version', 'state', 'updated', 'type', 'size']).default('id'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce
    .number({ error: limitRule })
    .int({ error: limitRule })
    .min(1, { error: limitRule })
    .max(1000, { error: limitRule })
    .default(50),
  cursor: z
    .string({ error: cursorRule })
    .max(2000, { error: cursorRule })
    .optional()
    .describe(`Goes on: ${cursorRule}`),
})

export function listRequest({ state, type, error, ...same }: z.output<typeof listQuery>): ListRequest {
  const request = { ...same, states: state, types: type, errorCode: error }
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
}

const idRule = 'the id of a copy, a whole number from 1'
export const copyParams = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,15}$/, { error: idRule })
    .transform(Number)
    .refine((id) => id > 0, { error: idRule })
    .describe('Id of the copy'),
})
