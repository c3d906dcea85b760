/** Is anything keeping every copy waiting? A line on each page, so that nobody requeues into an outage. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { ServicePorts } from '../http/ports.ts'
import type { WorkerView } from '../replication/ports/worker-status.ts'
import { standstill } from '../replication/standstill.ts'
import { Icon } from './icon.ts'
import { WithTimes } from './parts/time.ts'

export interface Strip {
  readonly tone: 'good' | 'bad' | 'still'
  readonly lines: readonly string[]
}

export async function readStrip({ desk, leases, leaseName, reading }: ServicePorts): Promise<Strip> {
  const zenodo = zenodoLines(await reading.worker(leaseName))
  const { switches, lines } = await standstill({
    desk,
    leases,
    leaseName,
    unpause: 'the page of the worker lets it go on',
  })
  if (lines.length === 0 && zenodo.length > 0) return { tone: 'still', lines: zenodo }
  if (lines.length === 0) return { tone: 'good', lines: ['A worker leads, and may claim.'] }
  return { tone: switches.length > 0 ? 'still' : 'bad', lines: [...lines, ...zenodo] }
}

/** What Zenodo answered lately, as far as it is not well. */
function zenodoLines(worker: WorkerView | null): string[] {
  if (worker === null || worker.stale) return []
  const { heldUp, recent } = worker.zenodo
  const bad = [
    [recent.rateLimited, 'told to slow down'],
    [recent.serverErrors, 'errors of Zenodo'],
    [recent.unanswered, 'without an answer'],
  ] as const
  const told = bad.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const calls = `Of ${recent.calls} calls to Zenodo in ${recent.minutes} minutes: ${told.join(', ')}.`
  return [...(told.length === 0 ? [] : [calls]), ...(heldUp ? ['Requests wait for the rate limit of Zenodo.'] : [])]
}

const icons = { good: 'finished', bad: 'error', still: 'deferred' } as const

export function HealthStrip({ tone, lines }: Strip): VNode {
  return html`<section class="strip ${tone}" aria-label="Health"><${Icon} name=${icons[tone]} /><div>${lines.map((line) => html`<p><${WithTimes} text=${line} /></p>`)}</div></section>`
}
