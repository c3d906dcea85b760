/** How do the texts of options become values? Refusals say what is accepted, and what was probably meant. */
import { InvalidArgumentError } from 'commander'
import { nearest } from '../core/nearest.ts'

/** One or more of the known words, separated by commas; the option may be repeated. */
export function listOf(words: readonly string[]) {
  return (text: string, before: unknown): string[] => {
    const given = text.split(',').map((word) => word.trim())
    for (const word of given) requireOneOf(words, word)
    return [...new Set([...(Array.isArray(before) ? before : []), ...given])]
  }
}

/** One of the known words. */
export function oneOf(words: readonly string[]) {
  return (text: string): string => requireOneOf(words, text)
}

function requireOneOf(words: readonly string[], word: string): string {
  if (words.includes(word)) return word
  const guess = nearest(word, words)[0]
  const didYouMean = guess === undefined ? '' : ` Did you mean ${guess}?`
  throw new InvalidArgumentError(`Accepted are ${words.join(', ')}.${didYouMean}`)
}

export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (/^[+-]?\d{1,16}$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Accepted is a whole number from ${min} to ${max}.`)
  }
}

/** An ISO 8601 date or time, as UTC. */
export function time(text: string): string {
  const value = new Date(text)
  const isIso = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)
  if (isIso && value.getFullYear() < 3000) return value.toISOString()
  throw new InvalidArgumentError('Accepted is an ISO 8601 time before the year 3000, such as 2026-11-01T20:00:00Z.')
}

/** A day, as YYYY-MM-DD. */
export function day(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text
  throw new InvalidArgumentError('Accepted is a day as YYYY-MM-DD, such as 2027-06-01.')
}

/** Id of a job, from an argument. @throws InvalidArgumentError, which the program tells as bad usage. */
export function jobId(text: string): number {
  const value = Number(text)
  if (/^\d{1,15}$/.test(text) && value > 0) return value
  throw new InvalidArgumentError(
    `"${text}" is not the id of a job; ids are whole numbers, see \`zenodo-replicator job list\`.`,
  )
}

/** Ids of copies, from arguments. @throws InvalidArgumentError, which the program tells as bad usage. */
export function copyId(text: string): number {
  const value = Number(text)
  if (/^\d{1,15}$/.test(text) && value > 0) return value
  throw new InvalidArgumentError(
    `"${text}" is not the id of a copy; ids are whole numbers, see \`zenodo-replicator list\`.`,
  )
}
