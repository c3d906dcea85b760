/** What does `doctor` look at, one after the other? Each check answers in a sentence, and none keeps the next from running. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import prettyMs from 'pretty-ms'
import type { App } from '../app.ts'
import { asFailure } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { packageVersion } from '../package-version.ts'
import { account } from './doctor/account.ts'
import type { Finding } from './doctor/finding.ts'
import { mail, webhook } from './doctor/notices.ts'
import { judgeServer } from './doctor/server.ts'
import { settings } from './doctor/settings.ts'
import { signIn } from './doctor/sign-in.ts'
import { disks, judgeMeans, means, secrets } from './doctor/this-host.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { leaseInWords } from './lease-words.ts'
import { makesItsTables, requireToken } from './with-app.ts'

export interface Check {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  readonly hint: string | null
  /** How `doctor` ends when this is the first check that fails; 0 unless it does. */
  readonly exitCode: number
}

type Look = (app: App) => Promise<Finding | readonly Finding[]>

const longestProbeMs = 30_000
const worrying = 2000

/** What to do about a failed check, where the hint of the code is about a copy. */
const hints: Partial<Record<FailureCode, string>> = {
  zenodo_unavailable: 'Check zenodo.url and the network, then run doctor again.',
  zenodo_rate_limited: 'Run doctor again after some minutes.',
  zenodo_unexpected_answer: 'Check zenodo.url and zenodo.api.',
}

const looks: ReadonlyArray<readonly [name: string, look: Look, needsSchema: boolean]> = [
  ['settings', async ({ config }) => settings(config), false],
  ['process', async ({ config }) => judgeMeans(config, await means()), false],
  ['disks', ({ config }) => disks(config), false],
  ['secrets', ({ config }) => secrets(config), false],
  ['database', database, false],
  ['server', async (app) => judgeServer(await app.database.serverFacts()), true],
  ['schema', schema, false],
  ['rights', rights, true],
  ['leader', leader, true],
  ['switches', switches, true],
  ['order', order, true],
  ['counts', counts, true],
  ['clock', clock, true],
  ['host', host, false],
  ['folders', folders, false],
  ['sign-in', signIn, false],
  ['webhook', webhook, false],
  ['mail', mail, false],
  ['zenodo', zenodo, false],
  ['account', account, true],
]

export async function runChecks(app: App): Promise<Check[]> {
  const checks: Check[] = []
  for (const [name, look, needsSchema] of looks) {
    const failed = has(checks, 'fail')
    if (needsSchema && (failed || has(checks, 'warn'))) continue
    if (name === 'schema' && failed) continue
    if (name === 'account' && checks.some((check) => check.name === 'zenodo' && check.status === 'fail')) continue
    checks.push(...(await perform(name, look, app)))
  }
  return checks
}

/** Whether the checks of the database found this; a warning is that there are no tables yet. */
function has(checks: readonly Check[], status: Check['status']): boolean {
  return checks.some((check) => check.status === status && ['database', 'schema'].includes(check.name))
}

async function perform(name: string, look: Look, app: App): Promise<Check[]> {
  try {
    const found = await look(app)
    const findings = isOne(found) ? [found] : found
    return findings.map(([status, message, hint = null]) => ({ name, status, message, hint, exitCode: exitCodes.done }))
  } catch (error) {
    const failure = asFailure(error)
    const { message } = failure
    const hint = hints[failure.code] ?? failure.hint
    return [{ name, status: 'fail', message, hint, exitCode: exitCodeOf(failure) }]
  }
}

function isOne(found: Finding | readonly Finding[]): found is Finding {
  return typeof found[0] === 'string'
}

async function database({ database: db }: App): Promise<Finding> {
  await db.ping()
  return ['ok', 'The database answers.']
}

async function schema({ database: db, config }: App): Promise<Finding> {
  if (makesItsTables(config) && (await db.migrationStatus()).applied.length === 0) {
    return ['warn', 'The SQLite database has no tables yet.', 'The first command that writes makes them.']
  }
  await db.requireCurrentSchema()
  return ['ok', 'The schema is that of this release.']
}

async function rights({ database: db }: App): Promise<Finding> {
  const excess = await db.excessRights()
  if (excess === null) return ['ok', 'A SQLite database has no users; its file is for this user only.']
  const tooMany = [
    ...(excess.here.length > 0 ? [`${inShort(excess.here)} here`] : []),
    ...(excess.everywhere.length > 0 ? [`${inShort(excess.everywhere)} in every database of the server`] : []),
  ]
  if (excess.missing.length > 0) {
    const words = `The user of the database was not granted ${excess.missing.join(', ')}, as far as can be seen: rights by a role are not.`
    return [
      'warn',
      words,
      'A worker needs SELECT, INSERT, UPDATE and DELETE. See "Users of the database" in docs/operating.md.',
    ]
  }
  if (tooMany.length === 0) return ['ok', 'The user of the database may change rows, and nothing else.']
  const hint = 'A worker needs SELECT, INSERT, UPDATE and DELETE. See "Users of the database" in docs/operating.md.'
  return ['warn', `The user of the database may do more than the service needs: ${tooMany.join('; ')}.`, hint]
}

function inShort(rights: readonly string[]): string {
  const more = rights.length - 5
  return more > 1 ? `${rights.slice(0, 5).join(', ')} and ${more} more` : rights.join(', ')
}

async function leader({ leases, reading, config }: App): Promise<Finding> {
  const { name } = config.worker.lease
  const [row, worker] = await Promise.all([leases.look(name), reading.worker(name)])
  const words = leaseInWords(row).replace('\n', ' ')
  if (row.holder === null) return ['warn', words, 'No worker runs. Start one on the designated host.']
  if (row.expired) return ['warn', words]
  if (worker?.term !== row.term) return ['ok', words]
  const release = packageVersion()
  if (worker.version !== release) {
    return ['warn', `${words} It is release ${worker.version}; this is ${release}.`, 'Restart it after an upgrade.']
  }
  if (worker.stale) return ['warn', `${words} It has not said for a while what it is at.`, 'Look into its log.']
  return ['ok', words]
}

async function switches({ desk }: App): Promise<Finding | Finding[]> {
  const set = await desk.switches()
  if (set.length === 0) return ['ok', 'Claiming is not paused.']
  return set.map(({ name, by, since, reason }): Finding => {
    const words = `${name} set by ${by} since ${since}${reason === null ? '' : `: ${reason}`}`
    return ['warn', words, name === 'pause' ? 'See `zenodo-replicator unpause`.' : 'The worker clears it by itself.']
  })
}

async function order({ desk }: App): Promise<Finding> {
  const families = await desk.wrongOrder()
  if (families === 0) return ['ok', 'The order of the waiting copies is as their states say.']
  const words = `In ${families} ${families === 1 ? 'family' : 'families'} the stored order is not what the states of the copies say.`
  return ['warn', words, '`zenodo-replicator doctor --repair` puts it right, and so does a worker that starts.']
}

async function counts({ desk }: App): Promise<Finding> {
  const families = await desk.wrongCounts()
  if (families === 0) return ['ok', 'The number of finished copies is that of the copies.']
  const words = `In ${families} ${families === 1 ? 'family' : 'families'} the number kept of finished copies is not that of the copies.`
  return ['warn', words, '`zenodo-replicator doctor --repair` counts them anew.']
}

/** Ages in the lease row are by the database's clock, so the row tells what time it is there. */
async function clock({ leases, config }: App): Promise<Finding> {
  const { expiresAt, overMs } = await leases.look(config.worker.lease.name)
  if (expiresAt === null) return ['ok', 'Not compared: no lease has been taken yet.']
  const offMs = Date.parse(expiresAt) + overMs - Date.now()
  const words = `The clocks of this host and of the database are ${prettyMs(Math.abs(offMs))} apart.`
  if (Math.abs(offMs) < worrying) return ['ok', words]
  return ['warn', words, "Only the database's clock decides, but times in logs will differ."]
}

async function host({ config: { hostname, worker } }: App): Promise<Finding> {
  const hosts = worker.host.join(', ')
  if (worker.host.includes(hostname))
    return ['ok', `This host is ${hostname}, and may transfer (worker.host: ${hosts}).`]
  const words = `This host is ${hostname}, but transfers run on ${hosts} only.`
  const [short = ''] = hostname.toLowerCase().split('.')
  const alike = worker.host.find((name) => name.toLowerCase().split('.')[0] === short)
  const meant = `If ${alike} is this host, write ${hostname} in worker.host, or set ZENODO_REPLICATOR_HOSTNAME=${alike} here.`
  return [
    'warn',
    words,
    alike === undefined ? 'A worker refuses to start here.' : `A worker refuses to start here. ${meant}`,
  ]
}

async function folders({ config: { sources, retention } }: App): Promise<Finding[]> {
  const none: Finding = ['ok', 'No folders are configured for file: sources.']
  const readable = sources.fileRoots.length === 0 ? [none] : await Promise.all(sources.fileRoots.map(folder))
  return retention.folder === '' ? readable : [...readable, await archive(retention.folder)]
}

async function archive(path: string): Promise<Finding> {
  const why = await whyNot(path, constants.R_OK | constants.W_OK | constants.X_OK)
  if (why === null) return ['ok', `${path} takes the events that leave the database.`]
  return [
    'warn',
    `${path} cannot be read and written to: ${why}.`,
    'See retention.folder; no event leaves the database until then.',
  ]
}

async function folder(path: string): Promise<Finding> {
  const why = await whyNot(path, constants.R_OK | constants.X_OK)
  if (why === null) return ['ok', `${path} can be read.`]
  return ['warn', `${path} cannot be read: ${why}.`, 'See sources.fileRoots; file: sources below it will fail.']
}

async function whyNot(path: string, wanted: number): Promise<string | null> {
  try {
    if (!(await stat(path)).isDirectory()) return 'it is not a folder'
    await access(path, wanted)
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
  }
}

async function zenodo(app: App): Promise<Finding> {
  requireToken(app.config)
  await app.probeZenodo(AbortSignal.timeout(longestProbeMs))
  return ['ok', `${app.config.zenodo.url} answers, and takes the token.`]
}
