/** `migrate [status]`: brings the database to the schema of this release, or says what is missing. */
import { Failure } from '../../core/failure.ts'
import type { Context, Given } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args }: Given<unknown>): Promise<Result> {
  const [action] = args
  if (action !== undefined && action !== 'status') {
    throw new Failure('bad_request', `"${action}" is not known here; accepted is status, or nothing.`)
  }
  const { config } = context.settings()
  return await withApp(config, 'any', async ({ database }) => {
    await database.ping()
    const migrated = action === undefined ? await database.migrate() : []
    const status = await database.migrationStatus()
    const isCurrent = status.pending.length === 0 && status.unknown.length === 0
    return {
      data: { ...status, migrated, current: isCurrent },
      text: inWords(status, migrated),
      exitCode: isCurrent ? exitCodes.done : exitCodes.database,
    }
  })
}

interface Status {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  readonly unknown: readonly string[]
}

function inWords({ applied, pending, unknown }: Status, migrated: readonly string[]): string {
  const summary = pending.length + unknown.length === 0 ? 'The schema is current.' : 'The schema is not current.'
  return [
    ...migrated.map((name) => `migrated  ${name}`),
    ...applied.filter((name) => !migrated.includes(name)).map((name) => `applied   ${name}`),
    ...pending.map((name) => `pending   ${name}`),
    ...unknown.map((name) => `unknown   ${name} (of a newer release)`),
    summary,
  ].join('\n')
}
