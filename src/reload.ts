/** Which settings may change while the service runs? Secrets, as a revoked token halts everything; the others need a restart. */
import { differingSettings } from './config/differing.ts'
import type { Config } from './config.ts'
import { asFailure } from './core/failure.ts'
import type { Emit } from './replication/events.ts'

/** Secrets of now; the configuration holds those of the start. */
export interface Secrets {
  readonly token: string
  readonly webhookSecret: string
  readonly mailPassword: string
}

const renewable = ['zenodo.token', 'webhook.secret', 'mail.password']

export function createReload(config: Config, emit: Emit) {
  let secrets = secretsOf(config)
  return {
    secrets: () => secrets,
    /** Reads the settings again. Nothing is thrown: those that are refused change nothing, and are told. */
    reload(read: () => Config): void {
      try {
        const renewed = read()
        const restart = differingSettings(config, renewed).filter(
          (path) => !renewable.some((one) => path.startsWith(one)),
        )
        const tokenRenewed = renewed.zenodo.token !== secrets.token
        secrets = secretsOf(renewed)
        emit({ kind: 'settings.reloaded', tokenRenewed, restart })
      } catch (error) {
        emit({ kind: 'settings.refused', failure: asFailure(error) })
      }
    },
  }
}

function secretsOf({ zenodo, webhook, mail }: Config): Secrets {
  return { token: zenodo.token, webhookSecret: webhook.secret, mailPassword: mail.password }
}
