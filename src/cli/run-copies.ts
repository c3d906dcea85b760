/** How are certain copies brought to an end in the foreground? By a worker of our own, or by watching the one that leads. */
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../app.ts'
import { isFailure } from '../core/failure.ts'
import { isUnfinished } from '../core/ordering.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { Output } from './output.ts'
import { createProgress, type Progress } from './progress.ts'
import { runWorker } from './run-worker.ts'
import { viewsOf } from './views.ts'

const lookEveryMs = 1000

export interface Ended {
  /** The copies as they are now, in the order of the ids given. */
  readonly copies: readonly CopyView[]
  readonly stopped: boolean
}

/** Works on the copies and on the earlier ones they wait for, until none of them moves any more or `stop` aborts. */
export async function runCopies(
  app: App,
  ids: readonly number[],
  { output, stop }: { readonly output: Output; readonly stop: AbortSignal },
): Promise<Ended> {
  const only = await withPredecessors(app, ids)
  const progress = createProgress(output)
  const unsubscribe = app.onEvent((event) => progress.event(event))
  try {
    const { stopped } = await runWorker(app, { mode: 'once_and_wait', only }, stop)
    return { copies: await viewsOf(app.reading, ids), stopped }
  } catch (error) {
    if (!isFailure(error, 'lease_held')) throw error
    output.talk('Another worker holds the lease and does the work; this command watches until it is done.')
    await watch(app, only, { progress, stop, output })
    return { copies: await viewsOf(app.reading, ids), stopped: stop.aborted }
  } finally {
    unsubscribe()
    progress.close()
  }
}

/** The copies, and the unfinished ones of their chains that go first. */
async function withPredecessors(app: App, ids: readonly number[]): Promise<number[]> {
  const all = new Set(ids)
  for (const id of ids) {
    const chain = await app.reading.chain(id)
    const own = chain.find((copy) => copy.id === id)
    const ahead = chain.filter((copy) => own && copy.position < own.position && isUnfinished(copy.state))
    for (const copy of ahead) all.add(copy.id)
  }
  return [...all]
}

interface Watching {
  readonly progress: Progress
  readonly output: Output
  readonly stop: AbortSignal
}

async function watch(app: App, ids: readonly number[], { progress, output, stop }: Watching): Promise<void> {
  let toldPause = false
  while (!stop.aborted) {
    const copies = await viewsOf(app.reading, ids)
    for (const copy of copies) progress.seen(copy)
    if (!copies.some(canMove)) return
    const paused = (await app.desk.switches()).find((one) => one.name === 'pause')
    if (paused && !toldPause)
      output.talk(`The worker is paused by ${paused.by}; \`zenodo-replicator unpause\` lets it go on.`)
    toldPause ||= paused !== undefined
    await delay(lookEveryMs, undefined, { signal: stop }).catch(() => undefined) // the loop asks the signal
  }
}

function canMove(copy: CopyView): boolean {
  return copy.state === 'replicating' || (copy.state === 'enqueued' && copy.blockedBy === null)
}
