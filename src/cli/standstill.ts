/** What keeps every copy waiting? A person's pause, the breaker, or that no worker leads. */
import type { App } from '../app.ts'
import type { Switch } from '../replication/ports/desk.ts'
import type { LeaseRow } from '../replication/ports/lease.ts'

/** A line for each thing that keeps all copies from being claimed; empty when a worker leads and may claim. */
export async function standstill({ desk, leases, config }: Pick<App, 'desk' | 'leases' | 'config'>) {
  const [switches, lease] = await Promise.all([desk.switches(), leases.look(config.worker.lease.name)])
  return { switches, lines: [...switches.map(switchInWords), ...leaderless(lease)] }
}

/** Since when and why nothing is claimed, and what ends it. */
export function switchInWords({ name, by, since, reason }: Switch): string {
  if (name === 'breaker') {
    const why = reason === null ? '.' : `: ${reason}`
    return `The worker claims nothing since ${since} because of Zenodo, and goes on by itself${why}`
  }
  const why = reason === null ? '' : ` (${reason})`
  return `Claiming is paused by ${by} since ${since}${why}: \`zenodo-replicator unpause\` lets it go on.`
}

function leaderless({ holder, host, expired }: LeaseRow): string[] {
  if (holder === null) return ['No worker leads: one must run on the designated host.']
  return expired ? [`The worker on ${host ?? 'an unknown host'} does not renew its lease; another may take over.`] : []
}
