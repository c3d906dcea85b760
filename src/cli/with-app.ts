/** How does a command get at the service? Opened on the settings, with a schema it can work on, and closed at the end. */
import { type App, openApp } from '../app.ts'
import type { Config } from '../config.ts'
import { Failure } from '../core/failure.ts'

/**
 * Opens the service for the length of `use`.
 * @param purpose a command that writes migrates an empty SQLite database by itself; `any` does not look at the schema
 * @throws Failure `database_unreachable`, `schema_outdated` or `schema_newer`
 */
export async function withApp<T>(
  config: Config,
  purpose: 'read' | 'write' | 'any',
  use: (app: App) => Promise<T>,
): Promise<T> {
  const app = await openApp(config)
  try {
    if (purpose !== 'any') {
      await app.database.ping()
      await requireSchema(app, purpose)
    }
    return await use(app)
  } finally {
    await app.close()
  }
}

async function requireSchema(app: App, purpose: 'read' | 'write'): Promise<void> {
  const mayMigrate = purpose === 'write' && makesItsTables(app.config)
  if (mayMigrate && (await app.database.migrationStatus()).applied.length === 0) await app.database.migrate()
  await app.database.requireCurrentSchema()
}

/** Whether a command that writes makes the tables by itself. */
export function makesItsTables({ database }: Config): boolean {
  return database.url.startsWith('sqlite:')
}

/** @throws Failure `not_designated_host`; asked before anything is touched. */
export function requireDesignatedHost({ hostname, worker }: Config): void {
  if (worker.host.includes(hostname)) return
  const hosts = worker.host.join(' or ')
  const text = `This host is ${hostname}, but transfers run on ${hosts} only (worker.host). Nothing was touched.`
  throw new Failure('not_designated_host', text, { details: { hostname, designated: worker.host } })
}

/** @throws Failure `config_invalid` when no token is set. */
export function requireToken({ zenodo }: Config): void {
  if (zenodo.token !== '') return
  const accepted = 'a personal access token of the account at Zenodo'
  const message = `zenodo.token is not set, and ${zenodo.url} takes nothing without one. Give it as ZENODO_TOKEN, or its file as ZENODO_TOKEN_FILE`
  const problems = [{ path: 'zenodo.token', source: 'nowhere', found: 'missing', accepted, message }]
  throw new Failure('config_invalid', `${message}.`, { details: { problems } })
}
