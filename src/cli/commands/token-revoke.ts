/** `token revoke NAME`: the token is worth nothing from the next request on. */
import { revokeToken } from '../../replication/tokens.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args }: Given<unknown>): Promise<Result> {
  const [name = ''] = args
  const { config } = context.settings()
  return await withApp(config, 'write', async (app) => {
    await revokeToken(app.tokens, { name, by: context.actorName })
    return { data: { name, revoked: true }, text: `The token of ${name} is revoked.` }
  })
}
