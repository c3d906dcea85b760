/** Which settings may change while the service runs? The token, as a revoked one halts everything; the others need a restart. */
import { differingSettings } from './config/differing.ts'
import type { Config } from './config.ts'
import { asFailure } from './core/failure.ts'
import type { Emit } from './replication/events.ts'

export function createReload(config: Config, emit: Emit) {
  let token = config.zenodo.token
  return {
    /** The token of now; the configuration holds the one of the start. */
    token: () => token,
    /** Reads the settings again. Nothing is thrown: those that are refused change nothing, and are told. */
    reload(read: () => Config): void {
      try {
        const renewed = read()
        const restart = differingSettings(config, renewed).filter((path) => !path.startsWith('zenodo.token'))
        const tokenRenewed = renewed.zenodo.token !== token
        token = renewed.zenodo.token
        emit({ kind: 'settings.reloaded', tokenRenewed, restart })
      } catch (error) {
        emit({ kind: 'settings.refused', failure: asFailure(error) })
      }
    },
  }
}
