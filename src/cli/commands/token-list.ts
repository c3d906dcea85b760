/** `token list`: who may call the HTTP API, and who could? */
import type { Context } from '../command.ts'
import type { Result } from '../output.ts'
import { table } from '../table.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'read', async (app) => {
    const tokens = await app.tokens.list()
    const rows = tokens.map(({ name, role, createdAt, createdBy, revokedAt, revokedBy }) => [
      name,
      role,
      `${createdAt} by ${createdBy}`,
      revokedAt === null ? '' : `${revokedAt} by ${revokedBy ?? 'unknown'}`,
    ])
    const text =
      tokens.length === 0
        ? 'There are no tokens.'
        : table(['NAME', 'ROLE', 'MADE', 'REVOKED'], rows, context.output.columns)
    return { data: { tokens }, text }
  })
}
