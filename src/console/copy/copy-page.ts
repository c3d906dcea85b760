/** What is this copy, where does it stand, why, and what can be done? Then everything that happened to it, its files, and its family. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyFile } from '../../core/copy.ts'
import { redact } from '../../core/redact.ts'
import { copyOf } from '../../http/copy-of.ts'
import type { ServicePorts } from '../../http/ports.ts'
import { copyParams } from '../../http/queries.ts'
import { copyJson } from '../../replication/copy-json.ts'
import { aheadOf, endings, whereItStands } from '../../replication/copy-story.ts'
import type { CopyEvent, CopyView } from '../../replication/ports/desk.ts'
import { standstill } from '../../replication/standstill.ts'
import { chainColumns, DatasetLink } from '../copies/copy-columns.ts'
import { page, readers } from '../page.ts'
import { DoiLink, Facts, OutsideLink, Progress, RawJson, Size } from '../parts/facts.ts'
import { Section } from '../parts/section.ts'
import { StateBadge } from '../parts/state-badge.ts'
import { Table } from '../parts/table.ts'
import { Time, WithTimes } from '../parts/time.ts'
import { CopyActions } from './copy-actions.ts'
import { CopyFiles } from './copy-files.ts'
import { Timeline } from './timeline.ts'

export interface CopyStory {
  readonly copy: CopyView
  readonly chain: readonly CopyView[]
  readonly events: readonly CopyEvent[]
  readonly files: readonly CopyFile[]
  readonly standstill: readonly string[]
}

export const copyPage = page({
  path: '/copies/:id',
  roles: readers,
  nav: '/copies',
  params: copyParams,
  show: async ({ params, ports }) => {
    const story = await readStory(ports, params.id)
    const { copy } = story
    return {
      title: `Copy ${copy.id}: ${copy.type} of version ${copy.version.number}`,
      body: html`<${Story} ...${story} />`,
    }
  },
})

async function readStory(ports: ServicePorts, id: number): Promise<CopyStory> {
  const copy = await copyOf(ports, id)
  const { reading } = ports
  const [chain, events, files, still] = await Promise.all([
    reading.chain(id),
    reading.events(id),
    reading.files(id),
    standstill({ ...ports, unpause: 'the page of the worker lets it go on' }),
  ])
  // a source may be an address with a signature
  const shown = files.map((file) => ({ ...file, source: redact(file.source) }))
  return { copy, chain, events, files: shown, standstill: still.lines }
}

function Story(story: CopyStory): VNode {
  const { copy, chain, events, files } = story
  return html`
    ${copy.title === null ? null : html`<p class="lead">${copy.title}</p>`}
    <p><${StateBadge} ...${copy} /> <${DatasetLink} doi=${copy.dataset.doi} /></p>
    <div class="cards">
      <${Section} heading="Where it stands"><${Standing} ...${story} /><${CopyActions} ...${story} /><//>
      <${Section} heading="What it is"><${WhatItIs} copy=${copy} /><//>
    </div>
    <${Section} heading="What happened"><${Timeline} events=${events} archived=${copy.eventsArchived} /><//>
    <${CopyFiles} files=${files} copy=${copy} />
    <${Section} heading="All copies of this dataset and family, in their order">
      <${Table} caption="The ${copy.family} copies of ${copy.dataset.doi}" quiet columns=${chainColumns} rows=${chain} id=${({ id }: CopyView) => `chain-${id}`} href=${({ id }: CopyView) => `/copies/${id}`} />
      <p><a href="/datasets/${copy.dataset.doi}">Everything of this dataset</a></p>
    <//>
    <${RawJson} summary="As JSON" value=${{ copy: copyJson(copy), events, files }} />`
}

/** The blocker is a link, as what can be done is mostly to be done there. */
function Standing({ copy, chain, standstill }: CopyStory): VNode {
  const ahead = aheadOf({ copy, chain })
  const running = copy.state === 'replicating'
  return html`<div class="standing">
    ${whereItStands({ copy, chain, standstill }).map((line) =>
      line.startsWith('  hint: ')
        ? html`<p class="hint"><strong>What to do:</strong> ${line.slice('  hint: '.length)}</p>`
        : html`<p class="any"><${WithTimes} text=${line} /></p>`,
    )}
    ${ahead === undefined ? null : html`<p><a href="/copies/${ahead.id}">Go to copy ${ahead.id}, which goes first</a></p>`}
    ${running ? html`<p><${Progress} done=${copy.bytesDone} total=${copy.bytesTotal} of="Bytes of copy ${copy.id}" /></p>` : null}
  </div>`
}

function WhatItIs({ copy }: { readonly copy: CopyView }): VNode {
  const { depositionId, recordUrl } = copy
  const facts = [
    ['What', endings[copy.type]],
    ['Files', html`<span class="number">${copy.filesDone} of ${copy.filesTotal}</span>`],
    ['Size', html`<${Size} bytes=${copy.bytesDone} /> of <${Size} bytes=${copy.bytesTotal} />`],
    ['Dataset', html`<${DoiLink} doi=${copy.dataset.doi} />`],
    ['Id in the repository', copy.dataset.id],
    ['Deposition', depositionLink(depositionId, recordUrl)],
    ['DOI at Zenodo', copy.doi === null ? null : html`<${DoiLink} doi=${copy.doi} />`],
    ['Concept record', copy.conceptRecid],
    ['Attempts', copy.attempts === 0 ? null : copy.attempts],
    ['Note', copy.note],
    [
      'Requested',
      html`<${Time} at=${copy.createdAt} />${copy.requestedBy === null ? null : ` by ${copy.requestedBy}`}`,
    ],
    ['Changed', html`<${Time} at=${copy.updatedAt} />`],
    ['Finished', copy.finishedAt === null ? null : html`<${Time} at=${copy.finishedAt} />`],
  ] as const
  return html`<${Facts} facts=${facts} />`
}

function depositionLink(id: CopyView['depositionId'], url: string | null) {
  if (id === null) return null
  return url === null ? String(id) : html`<${OutsideLink} href=${url}>${id}<//>`
}
