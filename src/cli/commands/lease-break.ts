/** `lease break`: takes the lease from a holder that will not come back. One that does come back stops by itself. */
import type { Context, Given } from '../command.ts'
import { confirm } from '../confirm.ts'
import { leaseInWords, leaseJson } from '../lease-words.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly yes?: boolean }>): Promise<Result> {
  const { config } = context.settings()
  const { name } = config.worker.lease
  return await withApp(config, 'write', async (app) => {
    const seen = await app.leases.look(name)
    if (seen.holder === null) {
      const text = `Nobody holds the lease "${name}". There is nothing to break.`
      return { data: { broken: leaseJson(seen) }, text }
    }
    if (!options.yes) {
      context.output.talk(leaseInWords(seen))
      await confirm(
        context.output,
        'Take the lease from its holder? Its running copies start over after the quarantine.',
      )
    }
    const before = await app.leases.break(name, context.actor(null))
    const who = before.holder === null ? 'Nobody held it.' : `${before.host ?? 'Its holder'} held it.`
    return { data: { broken: leaseJson(before) }, text: `The lease "${name}" is free. ${who}` }
  })
}
