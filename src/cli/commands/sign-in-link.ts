/** `sign-in-link NAME --role ROLE`: makes an address by which one person can sign in to the console, once, within ten minutes. */
import type { Config } from '../../config.ts'
import { Failure } from '../../core/failure.ts'
import { type PersonRole, peopleRoles } from '../../core/roles.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { signInAddress } from '../sign-in-address.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<{ readonly role?: PersonRole }>): Promise<Result> {
  const [name = ''] = args
  const { role } = options
  if (role === undefined)
    throw new Failure('bad_request', `Name what it may do with --role: ${peopleRoles.join(', ')}.`)
  const { config } = context.settings()
  const base = addressOf(config)
  return await withApp(config, 'write', async (app) => {
    const link = signInAddress(base, await app.signInLink({ name, role }, context.actor(null)))
    context.output.talk(`Signs ${name} (${role}) in, once, within ten minutes. Whoever has it comes in by it.`)
    return { data: { name, role, link }, text: link }
  })
}

/** @throws Failure `bad_request` when nobody knows the port beforehand */
function addressOf({ server: { publicUrl, host, port } }: Config): string {
  if (publicUrl !== '') return new URL(publicUrl).origin
  if (port === 0) {
    throw new Failure('bad_request', 'server.port is 0, so it is not known where the console answers.', {
      hint: 'Set server.port or server.publicUrl.',
    })
  }
  const isAny = ['0.0.0.0', '::'].includes(host)
  return `http://${isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}
