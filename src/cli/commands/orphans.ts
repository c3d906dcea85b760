/** `orphans`: which drafts did lost answers leave at Zenodo? With --remove they are deleted, under the lease. */
import type { App } from '../../app.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import type { ServiceEvent } from '../../replication/events.ts'
import type { Context, Given } from '../command.ts'
import { confirm } from '../confirm.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Output, Result } from '../output.ts'
import { runWorker } from '../run-worker.ts'
import { stopOnSignals } from '../signals.ts'
import { table } from '../table.ts'
import { requireDesignatedHost, requireToken, withApp } from '../with-app.ts'

interface Options {
  readonly remove?: boolean
  readonly yes?: boolean
}

type Found = Awaited<ReturnType<App['orphans']>>

export async function run(context: Context, { options }: Given<Options>): Promise<Result> {
  const { config } = context.settings()
  if (options.yes && !options.remove) throw new Failure('bad_request', '--yes goes with --remove.')
  if (options.remove) requireDesignatedHost(config)
  requireToken(config)
  return await withApp(config, options.remove ? 'write' : 'read', async (app) => {
    const found = await app.orphans(new AbortController().signal)
    const orphans = found.map(orphanJson)
    if (!options.remove || found.length === 0) {
      return { data: { orphans, removed: [], kept: [] }, text: orphanTable(found, context.output) }
    }
    if (!options.yes) await ask(found, context.output)
    const { stopped, removed, kept } = await remove(app)
    const words = [`Deleted: ${removed.length}.`, ...kept.map((one) => `Kept ${one.depositionId}: ${one.message}`)]
    const exitCode = kept.length > 0 ? exitCodes.copiesFailed : exitCodes.done
    return {
      data: { orphans, removed, kept },
      text: words.join('\n'),
      exitCode: stopped ? exitCodes.interrupted : exitCode,
    }
  })
}

async function ask(found: Found, output: Output): Promise<void> {
  output.talk(orphanTable(found, output))
  await confirm(output, `Delete ${found.length === 1 ? 'this draft' : `these ${found.length} drafts`} at Zenodo?`)
}

/** Each is looked at again under the lease, so what is deleted may be less than what was shown. */
async function remove(app: App) {
  const removed: Array<Extract<ServiceEvent, { kind: 'orphan.removed' }>['depositionId']> = []
  const kept: Array<{ readonly depositionId: (typeof removed)[number]; readonly message: string }> = []
  app.onEvent((event) => {
    if (event.kind === 'orphan.removed') removed.push(event.depositionId)
    if (event.kind === 'orphan.kept') kept.push({ depositionId: event.depositionId, message: event.failure.message })
  })
  const stop = stopOnSignals()
  try {
    const { stopped } = await runWorker(app, { mode: 'orphans', only: null }, stop.signal)
    return { stopped, removed, kept }
  } catch (error) {
    if (!isFailure(error, 'lease_held')) throw error
    const text = `${error.message} The worker that leads deletes orphans by itself; nothing was changed here.`
    throw new Failure('lease_held', text, { cause: error })
  } finally {
    stop.release()
  }
}

function orphanJson({ draft, call }: Found[number]) {
  const { id, dataset, version, type, state } = call.copy
  const { id: depositionId, conceptRecid, title, createdAt } = draft
  return {
    depositionId,
    conceptRecid,
    title,
    createdAt,
    leftBy: call.operation,
    copy: { id, dataset, version, type, state },
  }
}

function orphanTable(found: Found, output: Pick<Output, 'columns'>): string {
  if (found.length === 0) return 'No orphans: every draft that this service made is used by a copy.'
  const rows = found.map(({ draft, call: { copy, operation } }) => [
    String(draft.id),
    draft.createdAt,
    operation === 'create' ? 'create' : 'new version',
    String(copy.id),
    copy.dataset.doi,
    String(copy.version.number),
    draft.title,
  ])
  return table(['DRAFT', 'CREATED', 'LEFT BY', 'COPY', 'DATASET', 'VERSION', 'TITLE'], rows, output.columns)
}
