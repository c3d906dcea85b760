/** What may stand in the query of a list? Texts become values; what is not known is refused. */
import { z } from 'zod'
import { copySorts } from '../core/copy-sorts.ts'
import type { ListRequest } from '../replication/ports/desk.ts'
import { defined, filterFields, filterFrom } from './filter-fields.ts'
import { stateSchema, typeSchema } from './schemas.ts'

/** Repeated (`state=error&state=deferred`), or with commas: see `check-input`. */
function listOf<Values extends Readonly<Record<string, string>>>(words: z.ZodEnum<Values>) {
  return z.array(words).min(1)
}

const idRule = 'the id of a copy, a whole number from 1'
const cursorRule = 'the `nextCursor` of the page before'
const limitRule = 'a whole number from 1 to 1000'

/** Which copies, in which order. */
export const copyListQuery = z.strictObject({
  state: listOf(stateSchema).optional(),
  type: listOf(typeSchema).optional(),
  ids: z
    .array(z.coerce.number({ error: idRule }).int({ error: idRule }).min(1, { error: idRule }))
    .min(1)
    .max(1000, { error: 'at most 1000 ids' })
    .optional()
    .describe('Only copies with these ids'),
  blocked: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only copies that wait for an earlier one (true), or only the others (false)'),
  ...filterFields,
  sort: z.enum(copySorts).default('id'),
  order: z.enum(['asc', 'desc']).default('desc'),
})

/** A page of them. */
export const listQuery = copyListQuery.extend({
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

type ListFields = z.output<typeof copyListQuery> & Partial<Pick<z.output<typeof listQuery>, 'limit' | 'cursor'>>

/** @param largeBytes from which size on a copy is large */
export function listRequest(query: ListFields, largeBytes: number): ListRequest {
  const { ids, state, type, blocked, sort, order, limit, cursor } = query
  const plain = defined({ ids, states: state, types: type, blocked, sort, order, limit, cursor })
  return { ...plain, ...filterFrom(query, largeBytes) }
}

export const copyParams = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,15}$/, { error: idRule })
    .transform(Number)
    .refine((id) => id > 0, { error: idRule })
    .describe('Id of the copy'),
})
