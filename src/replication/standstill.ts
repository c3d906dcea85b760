/** What keeps every copy waiting? A person's pause, the breaker, or that no worker leads. */
import type { Desk, Switch } from './ports/desk.ts'
import type { LeaseRow } from './ports/lease.ts'

type Leading = Pick<LeaseRow, 'holder' | 'host' | 'expired'>

interface Looking {
  readonly desk: Pick<Desk, 'switches'>
  readonly leases: { look(leaseName: string): Promise<Leading> }
  readonly leaseName: string
  /** What lets a pause end, in words for who reads it. */
  readonly unpause: string
}

/** A line for each thing that keeps all copies from being claimed; empty when a worker leads and may claim. */
export async function standstill({ desk, leases, leaseName, unpause }: Looking) {
  const [switches, lease] = await Promise.all([desk.switches(), leases.look(leaseName)])
  return { switches, lines: [...switches.map((one) => switchInWords(one, unpause)), ...leaderless(lease)] }
}

/** Since when and why nothing is claimed, and what ends it. */
export function switchInWords({ name, by, since, reason }: Switch, unpause: string): string {
  if (name === 'breaker') {
    const why = reason === null ? '.' : `: ${reason}`
    return `The worker claims nothing since ${since} because of Zenodo, and goes on by itself${why}`
  }
  const why = reason === null ? '' : ` (${reason})`
  return `Claiming is paused by ${by} since ${since}${why}: ${unpause}.`
}

function leaderless({ holder, host, expired }: Leading): string[] {
  if (holder === null) return ['No worker leads: one must run on the designated host.']
  return expired ? [`The worker on ${host ?? 'an unknown host'} does not renew its lease; another may take over.`] : []
}
