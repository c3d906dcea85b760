/** What may a caller send who changes something? */
import { z } from 'zod'
import type { CopyFilter } from '../replication/ports/desk.ts'
import { familySchema, stateSchema, typeSchema } from './schemas.ts'

const textRule = 'text of 1 to 1000 characters'
const text = (about: string) =>
  z.string({ error: textRule }).min(1, { error: textRule }).max(1000, { error: textRule }).describe(about)
const reason = text('Why; kept in the story of the copy, with the name of the token').optional()

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
    family: familySchema.optional(),
    dataset: text('DOI of a dataset').optional(),
    error: text('An error code').optional(),
    blocked: z.boolean().optional().describe('Only copies that wait for an earlier one, or only the others'),
    q: text('Part of an id, DOI, deposition id, error or note').optional(),
    reason,
    dryRun: z.boolean().default(false).describe('Only tell what would be done'),
  })
  .describe('Which copies: all that match everything that is named')

export function filterOf({
  state,
  type,
  error,
  reason: _,
  dryRun: __,
  ...same
}: z.output<typeof bulkBody>): CopyFilter {
  const filter = { ...same, states: state, types: type, errorCode: error }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
