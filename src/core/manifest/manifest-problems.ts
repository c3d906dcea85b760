/** How is a refused manifest explained? Every problem with its JSON path, what was found there and what is accepted. */
import type { z } from 'zod'
import { redact } from '../redact.ts'

export interface ManifestProblem {
  /** JSON path, such as `$.files.data[3].size`. */
  readonly path: string
  /** Short rendering of what was found, without secrets of addresses. */
  readonly found: string
  readonly accepted: string
  /** The three in one sentence. */
  readonly message: string
}

type Key = string | number | symbol
const maxProblems = 100

/** One problem per path, in the order they were found; at most a hundred and a last one that counts the rest. */
export function problemsOf(input: unknown, issues: readonly z.core.$ZodIssue[]): readonly ManifestProblem[] {
  const findings = new Map<string, Finding>()
  for (const finding of issues.flatMap(findingsOf)) {
    const where = jsonPath(finding.path)
    if (!findings.has(where)) findings.set(where, finding)
  }
  const shown = [...findings.values()].slice(0, maxProblems).map((finding) => problemOf(input, finding))
  const more = findings.size - shown.length
  return more > 0 ? [...shown, moreProblems(more)] : shown
}

/** What zod's own checks accept, for fields that do not say it themselves. */
export function acceptedBy(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
  }
  return words[issue.expected]
}

interface Finding {
  readonly path: readonly Key[]
  readonly accepted: string
  readonly isUnknownKey: boolean
}

function findingsOf(issue: z.core.$ZodIssue): readonly Finding[] {
  const { path, message: accepted } = issue
  if (issue.code !== 'unrecognized_keys') return [{ path, accepted, isUnknownKey: false }]
  return issue.keys.map((key) => ({ path: [...path, key], accepted, isUnknownKey: true }))
}

function problemOf(input: unknown, { path, accepted, isUnknownKey }: Finding): ManifestProblem {
  const where = jsonPath(path)
  // what a key holds that we do not know may be meant for somebody else
  const found = isUnknownKey ? 'not a known key' : describe(valueAt(input, path))
  return { path: where, found, accepted, message: `${where} is ${found}; accepted is ${accepted}` }
}

function moreProblems(count: number): ManifestProblem {
  const found = `${count} more ${count === 1 ? 'problem' : 'problems'}`
  return { path: '$', found, accepted: 'none', message: `There are ${found} of this kind` }
}

function jsonPath(path: readonly Key[]): string {
  const parts = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`
    const name = String(key)
    return /^[A-Za-z_$][\w$]{0,60}$/.test(name) ? `.${name}` : `[${JSON.stringify(shorten(name))}]`
  })
  return `$${parts.join('')}`
}

function valueAt(input: unknown, path: readonly Key[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return describeText(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return describeObject(value)
  return String(value)
}

function describeText(value: string): string {
  // searching a very long text for secrets would take longer than reading it is worth
  if (value.length > 1000) return `a text of ${value.length} characters`
  return JSON.stringify(redact(value, 80).toWellFormed())
}

function describeObject(value: object): string {
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an empty object'
  return `an object with ${keys.slice(0, 5).map(shorten).join(', ')}${keys.length > 5 ? ', …' : ''}`
}

function shorten(name: string): string {
  return (name.length > 40 ? `${name.slice(0, 39)}…` : name).toWellFormed()
}
