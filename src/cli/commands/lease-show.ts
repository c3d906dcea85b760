/** `lease show`: who leads? */
import type { Context } from '../command.ts'
import { leaseInWords, leaseJson } from '../lease-words.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'read', async (app) => {
    const row = await app.leases.look(config.worker.lease.name)
    return { data: { lease: leaseJson(row) }, text: leaseInWords(row) }
  })
}
