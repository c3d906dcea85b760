/** How is it going? Where all copies stand, what needs a person, what was done and what waits over time, and when it will be done. */
import { html } from 'htm/preact'
import { z } from 'zod'
import type { ServicePorts } from '../../http/ports.ts'
import { readStatistics } from '../../replication/statistics.ts'
import { page, readers } from '../page.ts'
import { Section } from '../parts/section.ts'
import { Flow } from './flow-part.ts'
import { Needs } from './needs-part.ts'
import { Queue } from './queue-part.ts'
import { Standings } from './standings-part.ts'

const spans = { hour: 48, day: 30 } as const

export const overviewPage = page({
  path: '/',
  roles: readers,
  nav: { label: 'Overview', key: 'o' },
  query: z.object({ unit: z.enum(['hour', 'day']).default('hour') }),
  show: async ({ query: { unit }, ports }) => {
    const [statistics, standing] = await Promise.all([
      readStatistics(ports.reading, { unit, spans: spans[unit] }, ports.requestsPerHour),
      standingOf(ports),
    ])
    return {
      title: 'Overview',
      body: html`<${Standings} ...${standing} />
        <div class="cards">
          <${Section} heading="What needs a person"><${Needs} ...${standing} /><//>
          <${Section} heading="What is queued"><${Queue} statistics=${statistics} /><//>
        </div>
        <${Section} heading=${unit === 'hour' ? 'The last two days' : 'The last thirty days'}><${Flow} statistics=${statistics} /><//>`,
    }
  },
})

/** What the parts on states and needs show. */
export type Standing = Awaited<ReturnType<typeof standingOf>>

async function standingOf({ reading, desk }: ServicePorts) {
  const [counts, waiting, errors, switches] = await Promise.all([
    reading.counts(),
    reading.waiting(),
    reading.errorGroups(),
    desk.switches(),
  ])
  return { counts, waiting, errors, switches }
}
