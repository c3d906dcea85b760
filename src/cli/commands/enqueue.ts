/** `enqueue MANIFEST…`: puts the copies of manifests into the table, or finds the ones that are there. */

import { copyJson } from '../../replication/copy-json.ts'
import type { Context, Given } from '../command.ts'
import { copyTable } from '../copy-table.ts'
import { type Enqueued, type EnqueueOptions, enqueueAll } from '../enqueue-all.ts'
import { enqueueStreams } from '../enqueue-streams.ts'
import type { Result } from '../output.ts'
import { readManifests } from '../read-manifests.ts'
import { withApp } from '../with-app.ts'

interface Options extends EnqueueOptions {
  readonly ndjson?: boolean
}

export async function run(context: Context, given: Given<Options>): Promise<Result> {
  const { args, options } = given
  if (options.ndjson) return await enqueueStreams(context, given)
  const { config } = context.settings()
  const manifests = await readManifests(args)
  return await withApp(config, 'write', async (app) => {
    const enqueued = await enqueueAll(app, manifests, { options, requestedBy: context.actorName })
    const { copies, created, replaced } = enqueued
    const existing = copies.length - created
    for (const line of inWords(enqueued)) context.output.talk(line)
    return {
      data: { copies: copies.map(copyJson), created, existing, replaced },
      text: copyTable(copies, context.output),
    }
  })
}

function inWords({ copies, created, replaced }: Enqueued): string[] {
  const existing = copies.length - created
  const failed = copies.filter(({ state }) => state === 'error').map(({ id }) => id)
  return [
    `${created} enqueued${existing > 0 ? `, ${existing} were there already` : ''}`,
    ...(replaced === 0 ? [] : [`${replaced} stored ${replaced === 1 ? 'manifest was' : 'manifests were'} replaced`]),
    ...(failed.length === 0 ? [] : [`Failed: \`zenodo-replicator requeue ${failed.join(' ')}\` tries again.`]),
  ]
}
