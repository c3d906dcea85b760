/** Of which kinds are settings? Numbers, choices, names and addresses, each with the words in which it is refused. */
import { z } from 'zod'

export function wholeNumber(min: number, max: number, about: string) {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error }).describe(about)
}

export function seconds(min: number, max: number, about: string) {
  const error = `a number of seconds from ${min} to ${max}, fractions allowed`
  return z.number({ error }).min(min, { error }).max(max, { error }).describe(about)
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values, about: string) {
  return z.enum(values, { error: `one of ${values.join(', ')}` }).describe(about)
}

export function section<Shape extends z.core.$ZodShape>(shape: Shape, about: string) {
  return z.strictObject(shape, { error: `a section with the keys ${Object.keys(shape).join(', ')}` }).describe(about)
}

export const name = (error: string) => z.string({ error }).trim().min(1, { error }).max(191, { error })
export const names = (error: string) => z.array(name(error), { error })

export const addressRule = 'an http: or https: address without user name, query or fragment'
export function isPlainAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return [username, password, search, hash].every((part) => part === '')
}
