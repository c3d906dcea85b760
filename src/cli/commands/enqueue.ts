/** `enqueue MANIFEST…`: puts the copies of manifests into the table, or finds the ones that are there. */
import type { Context, Given } from '../command.ts'
import { copyJson } from '../copy-json.ts'
import { copyTable } from '../copy-table.ts'
import { type EnqueueOptions, enqueueAll } from '../enqueue-all.ts'
import type { Result } from '../output.ts'
import { readManifests } from '../read-manifests.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<EnqueueOptions>): Promise<Result> {
  const { config } = context.settings()
  const manifests = await readManifests(args)
  return await withApp(config, 'write', async (app) => {
    const { copies, created } = await enqueueAll(app, manifests, { options, requestedBy: context.actorName })
    const existing = copies.length - created
    context.output.talk(`${created} enqueued${existing > 0 ? `, ${existing} were there already` : ''}`)
    return { data: { copies: copies.map(copyJson), created, existing }, text: copyTable(copies, context.output) }
  })
}
