/** Does a secret show anywhere? Looked for in all that is stored for people and all that the service says. */
import { type Place, sourceSecret } from './stage.ts'
import { Violation } from './violation.ts'

export interface Secrets {
  readonly token: string
  /** The database's, where it has one. */
  readonly password?: string
  /** Everything the services said. */
  readonly heard: unknown[]
}

export async function requireNoSecrets({
  stage,
  secrets,
}: {
  readonly stage: Pick<Place, 'database'>
  readonly secrets: Secrets
}): Promise<void> {
  const { knex } = stage.database.db
  const shown = {
    copies: await knex('zenodo_copies').select('error_message', 'note', 'record_url', 'doi', 'requested_by'),
    events: await knex('zenodo_copy_events'),
    outbox: await knex('outbox'),
    switches: await knex('switches'),
    said: secrets.heard.map((event) => JSON.stringify(event, withErrors)),
  }
  for (const [where, rows] of Object.entries(shown)) {
    for (const row of rows) {
      const text = JSON.stringify(row)
      if (text.includes(secrets.token)) throw new Violation('no text repeats the token', `${where}: ${text}`)
      if (text.includes(sourceSecret)) throw new Violation('no text repeats a signature', `${where}: ${text}`)
      if (secrets.password !== undefined && text.includes(secrets.password))
        throw new Violation('no text repeats the password', `${where}: ${text}`)
    }
  }
}

/** Errors have no fields of their own to JSON; what they say and carry along is looked at too. */
function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { ...value, message: value.message, cause: value.cause } : value
}
