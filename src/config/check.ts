/** Do the merged settings hold together? Refusals name the setting, the layer its value came from, and what is accepted. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { type ConfigProblem, type Origin, originInWords, problem, type Setting } from './layers.ts'
import { configSchema, type Settings } from './schema.ts'

export type SettingMap = ReadonlyMap<string, Setting>

/** @throws Failure `config_invalid` */
export function checkSettings(settings: SettingMap): Settings {
  const parsed = configSchema.safeParse(nested(settings))
  if (!parsed.success) throw invalidConfig(parsed.error.issues.map((issue) => problemOf(issue, settings)))
  const { retry, worker } = parsed.data
  if (retry.maxSeconds < retry.baseSeconds) {
    const accepted = `at least retry.baseSeconds, which is ${retry.baseSeconds}`
    throw invalidConfig([refusal('retry.maxSeconds', settings, accepted)])
  }
  if (worker.filesInFlightMost < worker.filesInFlight) {
    const accepted = `at least worker.filesInFlight, which is ${worker.filesInFlight}`
    throw invalidConfig([refusal('worker.filesInFlightMost', settings, accepted)])
  }
  return parsed.data
}

/** One failure for all problems of a configuration. */
export function invalidConfig(problems: readonly ConfigProblem[]): Failure {
  const [first] = problems
  const text = problems.length === 1 && first ? `${first.message}.` : `${problems.length} settings are refused.`
  return new Failure('config_invalid', text, { details: { problems } })
}

const ranks: Readonly<Record<Origin['layer'], number>> = { default: 0, file: 1, environment: 2, flag: 3 }

/**
 * The token, or what its file holds: of the two the one from the stronger layer counts.
 * @throws Failure `config_invalid` when both come from one layer, or the file cannot be read
 */
export function tokenOf({ zenodo }: Settings, settings: SettingMap): string {
  if (zenodo.tokenFile === '') return zenodo.token
  const rank = (path: string) => ranks[settings.get(path)?.origin.layer ?? 'default']
  const [fileRank, tokenRank] = [rank('zenodo.tokenFile'), rank('zenodo.token')]
  if (zenodo.token !== '' && tokenRank > fileRank) return zenodo.token
  if (zenodo.token !== '' && tokenRank === fileRank) {
    throw invalidConfig([refusal('zenodo.tokenFile', settings, 'either zenodo.token or zenodo.tokenFile, not both')])
  }
  const token = readToken(zenodo.tokenFile, settings)
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw invalidConfig([refusal('zenodo.tokenFile', settings, 'a file that holds a token and nothing else')])
}

function readToken(file: string, settings: SettingMap): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw invalidConfig([refusal('zenodo.tokenFile', settings, 'a file that this process may read')])
  }
}

function refusal(path: string, settings: SettingMap, accepted: string): ConfigProblem {
  const setting = settings.get(path)
  const source = originInWords(setting?.origin ?? { layer: 'default' })
  return problem(path, source, { found: found(path, setting?.value), accepted })
}

function problemOf(issue: z.core.$ZodIssue, settings: SettingMap): ConfigProblem {
  const keys = issue.path.map(String)
  const path = keys.map((_, index) => keys.slice(0, index + 1).join('.')).find((known) => settings.has(known))
  return refusal(path ?? keys.join('.'), settings, issue.message)
}

/** What was found, in a few words, and never a secret. */
function found(path: string, value: unknown): string {
  if (value === undefined) return 'missing'
  if (path === 'zenodo.token' || path === 'database.url') return 'written in another way'
  return redact(JSON.stringify(value), 120)
}

/** Dotted paths to a tree. */
function nested(settings: SettingMap): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const { path, value } of settings.values()) {
    const keys = path.split('.')
    const last = keys.pop() ?? path
    let at = root
    for (const key of keys) {
      at[key] ??= {}
      at = at[key] as Record<string, unknown>
    }
    at[last] = value
  }
  return root
}
