/** `serve`: answers the HTTP API until told to stop, and then lets the requests end that are under way. */
import { logEvents } from '../../observe/log-events.ts'
import { createLogger } from '../../observe/logger.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { serviceManager } from '../service-manager.ts'
import { aborted, stopOnSignals } from '../signals.ts'
import { withApp } from '../with-app.ts'

interface Options {
  readonly host?: string
  readonly port?: number
}

export async function run({ output, settings }: Context, { options }: Given<Options>): Promise<Result> {
  const { config } = settings()
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
      await aborted(stop.signal)
      manager.stopping()
      await listening.close()
      return { data: { stopped: true } }
    })
  } finally {
    manager.end()
    stop.release()
  }
}
