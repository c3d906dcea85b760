/** What do the fields of a manifest have in common? Bounded text, named keys, and one sentence of what is accepted. */
import { z } from 'zod'

/**
 * An object that refuses keys it does not know, and says which it knows.
 * Error texts in these schemas always say what is accepted: a refusal puts the path and the finding before them.
 */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, { error: `an object with the keys ${Object.keys(shape).join(', ')}` })
}

/** Text of at most `max` UTF-16 units, without halves of surrogate pairs (no database or JSON reader takes those). */
export function text(max: number, min = 0) {
  const error = `text of ${min === 0 ? 'at most' : `${min} to`} ${max} characters`
  return z
    .string({ error })
    .min(min, { error })
    .max(max, { error })
    .refine((value) => value.isWellFormed(), { error: `${error}, in well-formed Unicode` })
}

/** A list of objects that may hold more than we read. */
export function listOf<Item extends z.ZodType>(item: Item, max = 10_000) {
  return z.array(item, { error: 'a list' }).max(max, { error: `at most ${max} entries` })
}

const dateText = 'a date as YYYY-MM-DD'
const timestamp = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/

/** An ISO date; of a full timestamp the date is kept as it is written. */
export function isoDate() {
  return z
    .string({ error: dateText })
    .regex(timestamp, { error: dateText })
    .transform((value) => value.slice(0, 10))
    .refine((day) => z.iso.date().safeParse(day).success, { error: `${dateText} that is in the calendar` })
}
