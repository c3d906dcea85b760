/** `send MANIFEST…`: enqueues and brings the copies to Zenodo now, with progress. */
import type { App } from '../../app.ts'
import { copyJson } from '../../replication/copy-json.ts'
import type { Actor, CopyView } from '../../replication/ports/desk.ts'
import type { Context, Given } from '../command.ts'
import { resultText } from '../copy-table.ts'
import { type EnqueueOptions, enqueueAll } from '../enqueue-all.ts'
import { exitCodes } from '../exit-codes.ts'
import { explainWaiting } from '../explain-waiting.ts'
import type { Result } from '../output.ts'
import { readManifests } from '../read-manifests.ts'
import { type Ended, runCopies } from '../run-copies.ts'
import { stopOnSignals } from '../signals.ts'
import { requireDesignatedHost, requireToken, withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<EnqueueOptions>): Promise<Result> {
  const { output, actorName: requestedBy } = context
  const { config } = context.settings()
  requireDesignatedHost(config)
  requireToken(config)
  const manifests = await readManifests(args)
  return await withApp(config, 'write', async (app) => {
    const { copies, created } = await enqueueAll(app, manifests, { options, requestedBy })
    const ids = copies.map((copy) => copy.id)
    await tryAgain(app, copies, context.actor('sent again'))
    const stop = stopOnSignals()
    try {
      const ended = await runCopies(app, ids, { output, stop: stop.signal })
      for (const line of remarks(ended)) output.talk(line)
      if (!ended.stopped && ended.copies.some(({ state }) => state === 'enqueued')) await explainWaiting(app, output)
      const data = { copies: ended.copies.map(copyJson), created, stopped: ended.stopped }
      return { data, text: resultText(ended.copies, output), exitCode: exitCodeFor(ended) }
    } finally {
      stop.release()
    }
  })
}

/** Who sends a manifest again, perhaps corrected, wants its failed copies to go. */
async function tryAgain(app: App, copies: readonly CopyView[], actor: Actor): Promise<void> {
  const ids = copies.filter((copy) => copy.state === 'error').map((copy) => copy.id)
  if (ids.length > 0) await app.act('requeue', { filter: { ids }, actor })
}

function exitCodeFor({ copies, stopped }: Ended): number {
  if (copies.every((copy) => copy.state === 'finished')) return exitCodes.done
  return stopped ? exitCodes.interrupted : exitCodes.copiesFailed
}

function remarks({ copies, stopped }: Ended): string[] {
  const waiting = copies.filter((copy) => copy.state === 'enqueued')
  if (waiting.length === 0) return []
  if (stopped) return ['Stopped. The copies keep their place; `send` the manifest again, or start a worker.']
  return waiting.map(({ id, blockedBy }) =>
    blockedBy === null
      ? `Copy ${id} is still in the queue; see \`zenodo-replicator show ${id}\`.`
      : `Copy ${id} waits for copy ${blockedBy}; see \`zenodo-replicator show ${blockedBy}\`.`,
  )
}
