/** `worker`: brings copies to Zenodo until told to stop, on the designated host only. */
import type { App } from '../../app.ts'
import type { Config } from '../../config.ts'
import { Failure } from '../../core/failure.ts'
import { logEvents } from '../../observe/log-events.ts'
import { createLogger } from '../../observe/logger.ts'
import type { MetricsListener } from '../../observe/metrics-listener.ts'
import { packageVersion } from '../../package-version.ts'
import { copyJson } from '../../replication/copy-json.ts'
import type { ServiceEvent } from '../../replication/events.ts'
import type { WorkerRun } from '../../worker/shift.ts'
import type { Context, Given } from '../command.ts'
import { resultText } from '../copy-table.ts'
import { exitCodes } from '../exit-codes.ts'
import { explainWaiting } from '../explain-waiting.ts'
import type { Output, Result } from '../output.ts'
import { runWorker } from '../run-worker.ts'
import { type ServiceManager, serviceManager } from '../service-manager.ts'
import { onHangUp, stopOnSignals } from '../signals.ts'
import { openTraces } from '../traces.ts'
import { viewsOf } from '../views.ts'
import { requireDesignatedHost, requireToken, withApp } from '../with-app.ts'

interface Options {
  readonly once?: boolean
  readonly wait?: boolean
}

export async function run(context: Context, { options }: Given<Options>): Promise<Result> {
  if (options.wait && !options.once) throw new Failure('bad_request', '--wait goes with --once.')
  const config = settingsOf(context)
  requireDesignatedHost(config)
  const traces = await openTraces(process.env)
  const logger = await createLogger({ level: config.log.level, pretty: context.output.interactive })
  const stop = stopOnSignals()
  const manager = serviceManager(process.env, (why) => logger.warn({ why }, 'systemd could not be told'))
  let opened: App | null = null
  // on a terminal the signal says that the window was closed, and ends the process as it does others
  const endReloads = context.output.interactive ? () => {} : onHangUp(() => opened?.reload(() => settingsOf(context)))
  try {
    return await withApp(config, 'write', async (app) => {
      opened = app
      app.onEvent(logEvents(logger))
      app.onEvent((event) => tell(manager, event))
      if (traces !== null) app.onEvent(traces.hear)
      const metrics = await openMetrics(app, config)
      try {
        return await work(app, modeOf(options), { output: context.output, stop: stop.signal })
      } finally {
        metrics?.close()
      }
    })
  } finally {
    await traces?.close().catch((error: unknown) => logger.warn({ error: String(error) }, 'traces could not be sent'))
    manager.end()
    endReloads()
    stop.release()
  }
}

/** A standby is up as well: it does what it is there for. */
function tell(manager: ServiceManager, event: ServiceEvent): void {
  if (event.kind === 'lease.waiting') manager.ready(`stands by; ${event.holder ?? 'another worker'} leads`)
  if (event.kind === 'worker.ready') manager.ready('leads')
  if (event.kind === 'worker.stopping') manager.stopping()
}

/** Null: none are wanted. */
async function openMetrics(app: App, { worker }: Config): Promise<MetricsListener | null> {
  if (worker.metricsPort === 0) return null
  const { createWorkerMetrics } = await import('../../observe/worker-metrics.ts')
  const { listenForMetrics } = await import('../../observe/metrics-listener.ts')
  const metrics = createWorkerMetrics(packageVersion())
  app.onEvent(metrics.hear)
  return await listenForMetrics(metrics, { host: worker.metricsHost, port: worker.metricsPort })
}

/** @throws Failure `config_invalid`, also when there is no token */
function settingsOf(context: Context): Config {
  const { config } = context.settings()
  requireToken(config)
  return config
}

function modeOf({ once, wait }: Options): WorkerRun['mode'] {
  if (!once) return 'daemon'
  return wait ? 'once_and_wait' : 'once'
}

async function work(
  app: App,
  mode: WorkerRun['mode'],
  { output, stop }: { readonly output: Output; readonly stop: AbortSignal },
): Promise<Result> {
  const touched = new Set<number>()
  app.onEvent((event) => {
    if (event.kind === 'copy.claimed' && mode !== 'daemon') touched.add(event.copy.id)
  })
  const { stopped } = await runWorker(app, { mode, only: null }, stop)
  if (mode === 'daemon') return { data: { stopped } }
  if (touched.size === 0) await explainWaiting(app, output)
  const copies = await viewsOf(app.reading, [...touched])
  const failed = copies.filter((copy) => copy.state === 'error').length
  return {
    data: { copies: copies.map(copyJson), stopped },
    text: resultText(copies, output),
    exitCode: failed > 0 ? exitCodes.copiesFailed : exitCodes.done,
  }
}
