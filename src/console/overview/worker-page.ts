/** Who works, at what, and how is Zenodo? With the two things that a person can do about it: stop claiming, and go on. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import type { CopyView, Switch } from '../../replication/ports/desk.ts'
import type { LeaseRow } from '../../replication/ports/lease.ts'
import type { WorkerView } from '../../replication/ports/worker-status.ts'
import { actingPerson } from '../actor.ts'
import { shortColumns } from '../copies/copy-columns.ts'
import { action, curators, page, readers } from '../page.ts'
import { Facts, Progress } from '../parts/facts.ts'
import { ActionForm } from '../parts/forms.ts'
import { Section } from '../parts/section.ts'
import { Badge } from '../parts/state-badge.ts'
import { Table } from '../parts/table.ts'
import { Time } from '../parts/time.ts'
import { ZenodoHealth } from './zenodo-part.ts'

export const workerPage = page({
  path: '/worker',
  roles: readers,
  nav: { label: 'Worker', key: 'w' },
  show: async ({ ports: { reading, leases, leaseName, desk } }) => {
    const [lease, worker, switches, { copies }] = await Promise.all([
      leases.look(leaseName),
      reading.worker(leaseName),
      desk.switches(),
      reading.list({ states: ['replicating'], limit: 1000 }),
    ])
    const pause = switches.find(({ name }) => name === 'pause') ?? null
    return {
      title: 'Worker',
      body: html`<${Section} heading="Claiming"><${Claiming} pause=${pause} running=${copies.length} /><//>
        <div class="cards even">
          <${Section} heading="Who leads"><${Leader} lease=${lease} worker=${worker} /><//>
          <${Section} heading="Zenodo"><${ZenodoHealth} worker=${worker} /><//>
        </div>
        <${Section} heading="On their way">
          <${Table}
            caption="Copies that the worker is busy with" quiet rows=${copies} id=${({ id }: CopyView) => `copy-${id}`}
            href=${({ id }: CopyView) => `/copies/${id}`} columns=${[...shortColumns, ...runningColumns]} empty="No copy is on its way."
          />
        <//>`,
    }
  },
})

const runningColumns = [
  {
    heading: 'Done',
    cell: (copy: CopyView) =>
      html`<${Progress} done=${copy.bytesDone} total=${copy.bytesTotal} of="copy ${copy.id}" /> <small class="number">${copy.filesDone} of ${copy.filesTotal} files</small>`,
  },
  { heading: 'Last moved', cell: (copy: CopyView) => html`<${Time} at=${copy.updatedAt} />` },
]

const form = z.object({ reason: z.string().max(500).optional() })

export const pauseAction = action({
  path: '/worker/pause',
  roles: curators,
  form,
  run: async (asked) => {
    await asked.ports.desk.setSwitch('pause', actingPerson(asked, asked.form.reason))
    return { to: '/worker', notice: 'Paused: nothing more is claimed. What is on its way is brought to its end.' }
  },
})

export const unpauseAction = action({
  path: '/worker/unpause',
  roles: curators,
  run: async (asked) => {
    await asked.ports.desk.clearSwitch('pause', actingPerson(asked))
    return { to: '/worker', notice: 'The worker goes on.' }
  },
})

function Claiming({ pause, running }: { readonly pause: Switch | null; readonly running: number }): VNode {
  if (pause === null) {
    return html`<p><${Badge} tone="good" word="open" /> Copies are claimed as slots become free.</p>
      <${ActionForm}
        to="/worker/pause" label="Pause" confirmLabel="Pause" roles=${curators} reason
        confirm="Nothing more will be claimed until somebody lets the worker go on. What is on its way is brought to its end: when nothing is left, the worker can be stopped or moved."
      />`
  }
  const drained =
    running === 0 ? 'Nothing is on its way: it is drained.' : `${running} on their way are brought to their end.`
  return html`<p><${Badge} tone="still" word="paused" /> by ${pause.by}, since <${Time} at=${pause.since} />${pause.reason === null ? '.' : `: ${pause.reason}`}</p>
    <p>${drained}</p>
    <${ActionForm} to="/worker/unpause" label="Let it go on" tone="primary" roles=${curators} />`
}

function Leader({ lease, worker }: { readonly lease: LeaseRow; readonly worker: WorkerView | null }): VNode {
  const { holder, host, term, expired } = lease
  if (holder === null) {
    return html`<p><${Badge} tone="bad" word="nobody" /> No worker leads: one must run on the designated host.</p>`
  }
  const word = expired ? html`<${Badge} tone="bad" word="expired" />` : html`<${Badge} tone="good" word="leads" />`
  return html`<${Facts} facts=${[
    ['Lease', word],
    ['Host', host],
    ['Term', term],
    ['Leads since', html`<${Time} at=${lease.acquiredAt} />`],
    ['Renewed', html`<${Time} at=${lease.renewedAt} />`],
    ...reported(worker),
    ['Process', html`<span class="any">${holder}</span>`],
  ]} />`
}

function reported(worker: WorkerView | null) {
  if (worker === null) return []
  const { slots, version, startedAt, state, updatedAt, stale, draining } = worker
  return [
    ['It says', `${draining ? 'draining' : state}${stale ? ' (out of date)' : ''}`],
    ['Said', html`<${Time} at=${updatedAt} />`],
    ['Slots', `${slots.busy} of ${slots.total} busy, ${slots.busyLarge} with large copies`],
    ['Version', version],
    ['Started', html`<${Time} at=${startedAt} />`],
  ] as const
}
