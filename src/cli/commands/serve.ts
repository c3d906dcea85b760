/** `serve`: answers the HTTP API until told to stop, and then lets the requests end that are under way. */
import { logEvents } from '../../observe/log-events.ts'
import { createLogger } from '../../observe/logger.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { runWorker } from '../run-worker.ts'
import { serviceManager } from '../service-manager.ts'
import { aborted, stopOnSignals } from '../signals.ts'
import { requireDesignatedHost, requireToken, withApp } from '../with-app.ts'

interface Options {
  readonly host?: string
  readonly port?: number
  readonly withWorker?: boolean
}

export async function run({ output, settings }: Context, { options }: Given<Options>): Promise<Result> {
  const { config } = settings()
  if (options.withWorker) {
    requireDesignatedHost(config)
    requireToken(config)
  }
  const { host = config.server.host, port = config.server.port } = options
  const logger = await createLogger({ level: config.log.level, pretty: output.interactive })
  const stop = stopOnSignals()
  const manager = serviceManager(process.env, (why) => logger.warn({ why }, 'systemd could not be told'))
  try {
    return await withApp(config, 'write', async (app) => {
      app.onEvent(logEvents(logger))
      const listening = await app.listen({ host, port, logger })
      manager.ready(`answers at ${listening.url}`)
      output.talk(`The HTTP API answers at ${listening.url}; Ctrl-C ends it.`)
      if ((await app.tokens.list()).every(({ revokedAt }) => revokedAt !== null)) {
        output.talk('There is no token yet: `zenodo-replicator token create NAME --role admin` makes one.')
      }
      try {
        if (options.withWorker) await runWorker(app, { mode: 'daemon', only: null }, stop.signal)
        else await aborted(stop.signal)
      } finally {
        manager.stopping()
        await listening.close()
      }
      return { data: { stopped: true } }
    })
  } finally {
    manager.end()
    stop.release()
  }
}
