/** `token create NAME --role ROLE`: makes a token of the HTTP API, and shows it this once. */
import { Failure } from '../../core/failure.ts'
import { type Role, roles } from '../../core/roles.ts'
import { createToken } from '../../replication/tokens.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<{ readonly role?: Role }>): Promise<Result> {
  const [name = ''] = args
  const { role } = options
  if (role === undefined) throw new Failure('bad_request', `Name what it may do with --role: ${roles.join(', ')}.`)
  const { config } = context.settings()
  return await withApp(config, 'write', async (app) => {
    const token = await createToken(app.tokens, { name, role, by: context.actorName })
    context.output.talk(`The token of ${name} (${role}). Keep it now: it is not shown again.`)
    return { data: { name, role, token }, text: token }
  })
}
