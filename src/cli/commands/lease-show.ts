/** `lease show`: who leads, and what is it at? */
import type { Context } from '../command.ts'
import { leaseInWords, leaseJson } from '../lease-words.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'
import { workerInWords } from '../worker-words.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'read', async (app) => {
    const { name } = config.worker.lease
    const [row, worker] = await Promise.all([app.leases.look(name), app.reading.worker(name)])
    const words = worker === null ? [leaseInWords(row)] : [leaseInWords(row), workerInWords(worker)]
    return { data: { lease: leaseJson(row), worker }, text: words.join('\n') }
  })
}
