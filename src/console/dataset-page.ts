/** What of a dataset is at Zenodo, what blocks what, and what goes next? A row for each family, its copies in their order. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import { type Family, families } from '../core/copy.ts'
import { unfinishedStates } from '../core/copy-state.ts'
import { Failure } from '../core/failure.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import { chainColumns } from './copies/copy-columns.ts'
import { page, readers } from './page.ts'
import { DoiLink } from './parts/facts.ts'
import { Section } from './parts/section.ts'
import { StateBadge } from './parts/state-badge.ts'
import { Table } from './parts/table.ts'

const mostShown = 1000

export const datasetPage = page({
  path: '/datasets/*',
  roles: readers,
  nav: '/copies',
  params: z.object({ '*': z.string().min(1).max(1000) }),
  show: async ({ params, ports }) => {
    const doi = params['*']
    const { copies } = await ports.reading.list({ dataset: doi, sort: 'version', order: 'asc', limit: mostShown })
    const [first] = copies
    if (first === undefined) throw new Failure('copy_not_found', `There is no copy of a dataset ${doi}.`)
    const chains = families
      .map((family) => ({ family, chain: chainOf(copies, family) }))
      .filter(({ chain }) => chain.length > 0)
    return {
      title: `Dataset ${first.dataset.doi}`,
      body: html`<${Dataset} doi=${first.dataset.doi} title=${copies.at(-1)?.title ?? null} chains=${chains} />`,
    }
  },
})

function chainOf(copies: readonly CopyView[], family: Family): CopyView[] {
  return copies.filter((copy) => copy.family === family).toSorted((a, b) => a.position - b.position || a.id - b.id)
}

interface Chain {
  readonly family: Family
  readonly chain: readonly CopyView[]
}

interface Props {
  readonly doi: string
  /** Of the newest version. */
  readonly title: string | null
  readonly chains: readonly Chain[]
}

function Dataset({ doi, title, chains }: Props): VNode {
  return html`${title === null ? null : html`<p class="lead">${title}</p>`}
    <p><${DoiLink} doi=${doi} /> · <a href="/copies?dataset=${encodeURIComponent(doi)}">in the list</a></p>
    <${Section} heading="In short">
      <${Table}
        caption="The families of the dataset" quiet rows=${chains} id=${({ family }: Chain) => `family-${family}`}
        columns=${[
          {
            heading: 'Family',
            names: true,
            cell: ({ family }: Chain) => html`<a href="#chain-${family}">${family}</a>`,
          },
          { heading: 'Copies in their order', cell: ({ chain }: Chain) => html`<${Links} chain=${chain} />` },
          { heading: 'Next', cell: ({ chain }: Chain) => html`<${Next} chain=${chain} />` },
        ]}
      />
    <//>
    ${chains.map(
      ({ family, chain }) => html`<div id="chain-${family}"><${Section} heading="Family ${family}">
        <${Table} caption="Copies of the family ${family}, in their order" quiet columns=${chainColumns} rows=${chain} id=${({ id }: CopyView) => `copy-${id}`} href=${({ id }: CopyView) => `/copies/${id}`} />
      <//></div>`,
    )}`
}

function Links({ chain }: { readonly chain: readonly CopyView[] }): VNode {
  return html`<ol class="chain">${chain.map(
    (copy) => html`<li><a href="/copies/${copy.id}">${copy.id}</a> <${StateBadge} ...${copy} /></li>`,
  )}</ol>`
}

/** Each family has at most one copy that may move; what that one needs is what the whole family needs. */
function Next({ chain }: { readonly chain: readonly CopyView[] }) {
  const next = chain.find(({ state }) => (unfinishedStates as readonly string[]).includes(state))
  if (next === undefined) return 'Nothing waits.'
  const behind = chain.filter(({ position, state }) => position > next.position && state === 'enqueued').length
  const link = html`<a href="/copies/${next.id}">copy ${next.id}</a>`
  const others = behind === 0 ? '' : ` ${behind} ${behind === 1 ? 'waits' : 'wait'} behind it.`
  switch (next.state) {
    case 'replicating':
      return html`Now: ${link}.${others}`
    case 'enqueued':
      return html`Next will be ${link}.${others}`
    case 'error':
      return html`${link} failed and needs a person.${others}`
    default:
      return html`${link} is deferred and waits to be resumed.${others}`
  }
}
