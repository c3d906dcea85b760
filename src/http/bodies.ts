/** What may a caller send who changes something? */
import { z } from 'zod'
import type { CopyFilter } from '../replication/ports/desk.ts'
import { defined, filterFields, filterFrom, shortText } from './filter-fields.ts'
import { stateSchema, typeSchema } from './schemas.ts'

const reason = shortText('Why; kept in the story of the copy, with the name of the token').optional()

/** May be left out. */
export const reasonBody = z.strictObject({ reason }).nullable()

export const matchHeaders = z.looseObject({
  'if-match': z
    .string()
    .optional()
    .describe('The ETag of the copy as it was seen: refused with 412 when it has changed since'),
})

const idsRule = 'a list of 1 to 10000 ids of copies'
export const bulkBody = z
  .strictObject({
    ids: z
      .array(z.int().min(1), { error: idsRule })
      .min(1, { error: idsRule })
      .max(10_000, { error: idsRule })
      .optional(),
    state: z.array(stateSchema).min(1).optional(),
    type: z.array(typeSchema).min(1).optional(),
    blocked: z.boolean().optional().describe('Only copies that wait for an earlier one, or only the others'),
    ...filterFields,
    reason,
    dryRun: z.boolean().default(false).describe('Only tell what would be done'),
  })
  .describe('Which copies: all that match everything that is named')

/** @param largeBytes from which size on a copy is large */
export function filterOf(body: z.output<typeof bulkBody>, largeBytes: number): CopyFilter {
  const { ids, state, type, blocked } = body
  return { ...defined({ ids, states: state, types: type, blocked }), ...filterFrom(body, largeBytes) }
}
