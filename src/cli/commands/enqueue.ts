/** `enqueue MANIFEST…`: puts the copies of manifests into the table, or finds the ones that are there. */

import type { Context, Given } from '../command.ts'
import { copyTable } from '../copy-table.ts'
import type { EnqueueOptions } from '../enqueue-all.ts'
import { enqueueStreams } from '../enqueue-streams.ts'
import type { Result } from '../output.ts'
import { readManifests } from '../read-manifests.ts'
import type { Enqueued } from '../service.ts'
import { withService } from '../with-service.ts'

interface Options extends EnqueueOptions {
  readonly ndjson?: boolean
}

export async function run(context: Context, given: Given<Options>): Promise<Result> {
  const { args, options } = given
  if (options.ndjson) return await enqueueStreams(context, given)
  const manifests = await readManifests(args)
  return await withService(context, 'write', async (service) => {
    const enqueued = await service.enqueue(manifests, { options, requestedBy: context.actorName })
    const { copies, created, replaced } = enqueued
    const existing = copies.length - created
    for (const line of inWords(enqueued)) context.output.talk(line)
    return {
      data: { copies, created, existing, replaced },
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
