/** Do the merged settings hold together? Refusals name the setting, the layer its value came from, and what is accepted. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { type ConfigProblem, type Origin, originInWords, problem, type Setting } from './layers.ts'
import { isWebhookSecret, secretRule } from './notice-settings.ts'
import { configSchema, databaseRule, isDatabaseUrl, type Settings } from './schema.ts'
import { secretSettings } from './setting-tree.ts'

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
  requireReachable(parsed.data, settings)
  checkServer(parsed.data.server, settings)
  return parsed.data
}

/** What is sent in the clear stays on networks of one's own. */
function requireReachable({ webhook, mail }: Settings, settings: SettingMap): void {
  if (/^http:/i.test(webhook.url) && !webhook.allowPrivateAddresses) {
    throw invalidConfig([refusal('webhook.url', settings, 'an https: address, or webhook.allowPrivateAddresses: true')])
  }
  if (webhook.url !== '' && webhook.secret === '' && webhook.secretFile === '') {
    throw invalidConfig([refusal('webhook.secret', settings, `with webhook.url ${secretRule}`)])
  }
  if (mail.host === '') return
  if (mail.from === '') throw invalidConfig([refusal('mail.from', settings, 'with mail.host the address of a sender')])
  if (mail.to.length === 0) throw invalidConfig([refusal('mail.to', settings, 'with mail.host at least one address')])
}

/** What only counts with another setting. */
function checkServer({ oidc, proxyHeader, publicUrl }: Settings['server'], settings: SettingMap): void {
  const refusals = [
    ...(oidc.issuer !== '' && publicUrl === ''
      ? [refusal('server.publicUrl', settings, 'the address that the identity provider sends people back to')]
      : []),
    ...(oidc.issuer !== '' && oidc.clientId === ''
      ? [refusal('server.oidc.clientId', settings, 'what the identity provider calls this service')]
      : []),
    ...(proxyHeader.name !== '' && proxyHeader.trustedAddresses.length === 0
      ? [refusal('server.proxyHeader.trustedAddresses', settings, 'the address of the proxy that sends the header')]
      : []),
    ...(['authorization', 'cookie', 'host'].includes(proxyHeader.name.toLowerCase())
      ? [refusal('server.proxyHeader.name', settings, 'a header that says nothing else')]
      : []),
  ]
  if (refusals.length > 0) throw invalidConfig(refusals)
}

/** One failure for all problems of a configuration. */
export function invalidConfig(problems: readonly ConfigProblem[]): Failure {
  const [first] = problems
  const text = problems.length === 1 && first ? `${first.message}.` : `${problems.length} settings are refused.`
  return new Failure('config_invalid', text, { details: { problems } })
}

const ranks: Readonly<Record<Origin['layer'], number>> = { default: 0, file: 1, environment: 2, flag: 3 }

/** A secret that may be written down as it is, or lie in a file. */
interface Secret {
  readonly value: string
  readonly file: string
  /** What the file may hold. */
  readonly fits: (text: string) => boolean
  readonly accepted: string
}

const databaseUrl: Secret = {
  value: 'database.url',
  file: 'database.urlFile',
  fits: isDatabaseUrl,
  accepted: `a file that holds nothing but ${databaseRule}`,
}
const token: Secret = {
  value: 'zenodo.token',
  file: 'zenodo.tokenFile',
  fits: (text) => /^[\x21-\x7e]+$/.test(text),
  accepted: 'a file that holds a token and nothing else',
}
const webhookSecret: Secret = {
  value: 'webhook.secret',
  file: 'webhook.secretFile',
  fits: isWebhookSecret,
  accepted: `a file that holds nothing but ${secretRule}`,
}
const mailPassword: Secret = {
  value: 'mail.password',
  file: 'mail.passwordFile',
  fits: (text) => /^[^\p{Cc}]+$/u.test(text),
  accepted: 'a file that holds a password and nothing else',
}
const clientSecret: Secret = {
  value: 'server.oidc.clientSecret',
  file: 'server.oidc.clientSecretFile',
  fits: (text) => /^[\x21-\x7e]+$/.test(text),
  accepted: 'a file that holds a secret and nothing else',
}

/**
 * The settings with their secrets read from the files that hold them.
 * @throws Failure `config_invalid` when a secret comes twice from one layer, or its file cannot be read
 */
export function withSecrets(checked: Settings, settings: SettingMap): Settings {
  const { database, zenodo, webhook, mail, server } = checked
  return {
    ...checked,
    database: { ...database, url: secretOf(databaseUrl, settings) },
    zenodo: { ...zenodo, token: secretOf(token, settings) },
    webhook: { ...webhook, secret: secretOf(webhookSecret, settings) },
    mail: { ...mail, password: secretOf(mailPassword, settings) },
    server: { ...server, oidc: { ...server.oidc, clientSecret: secretOf(clientSecret, settings) } },
  }
}

/** Of the two places the one from the stronger layer counts. */
function secretOf(secret: Secret, settings: SettingMap): string {
  const rank = (path: string) => ranks[settings.get(path)?.origin.layer ?? 'default']
  const at = (path: string) => String(settings.get(path)?.value ?? '').trim()
  const [value, file] = [at(secret.value), at(secret.file)]
  if (file === '') return value
  const [valueRank, fileRank] = [rank(secret.value), rank(secret.file)]
  if (value !== '' && valueRank > fileRank) return value
  if (value !== '' && valueRank === fileRank) {
    throw invalidConfig([refusal(secret.file, settings, `either ${secret.value} or ${secret.file}, not both`)])
  }
  const text = readSecret(file, secret, settings)
  if (secret.fits(text)) return text
  throw invalidConfig([refusal(secret.file, settings, secret.accepted)])
}

function readSecret(file: string, secret: Secret, settings: SettingMap): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw invalidConfig([refusal(secret.file, settings, 'a file that this process may read')])
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
  if (path === 'database.url' || secretSettings.includes(path)) return 'written in another way'
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
