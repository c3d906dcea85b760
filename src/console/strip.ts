/** Is anything keeping every copy waiting? A line on each page, so that nobody requeues into an outage. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { ServicePorts } from '../http/ports.ts'
import { standstill } from '../replication/standstill.ts'
import { Icon } from './icon.ts'
import { WithTimes } from './parts/time.ts'

export interface Strip {
  readonly tone: 'good' | 'bad' | 'still'
  readonly lines: readonly string[]
}

export async function readStrip({ desk, leases, leaseName }: ServicePorts): Promise<Strip> {
  const { switches, lines } = await standstill({
    desk,
    leases,
    leaseName,
    unpause: 'the page of the worker lets it go on',
  })
  if (lines.length === 0) return { tone: 'good', lines: ['A worker leads, and may claim.'] }
  return { tone: switches.length > 0 ? 'still' : 'bad', lines }
}

const icons = { good: 'finished', bad: 'error', still: 'deferred' } as const

export function HealthStrip({ tone, lines }: Strip): VNode {
  return html`<section class="strip ${tone}" aria-label="Health"><${Icon} name=${icons[tone]} /><div>${lines.map((line) => html`<p><${WithTimes} text=${line} /></p>`)}</div></section>`
}
