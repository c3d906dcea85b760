/** Which files does the copy have, and how far is each? Those that are still to go first, and never thousands of rows. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyFile } from '../../core/copy.ts'
import type { CopyView } from '../../replication/ports/desk.ts'
import { Progress, Size } from '../parts/facts.ts'
import { Section } from '../parts/section.ts'
import { Badge } from '../parts/state-badge.ts'
import { type Column, Table } from '../parts/table.ts'

const mostShown = 100

const tones = { pending: 'plain', sent: 'good', kept: 'good', skipped: 'still' } as const
const words = {
  pending: 'to go',
  sent: 'sent',
  kept: 'was there',
  skipped: 'empty, left out',
} as const

export function CopyFiles({ files, copy }: { readonly files: readonly CopyFile[]; readonly copy: CopyView }): VNode {
  const pending = files.filter(({ state }) => state === 'pending')
  const through = files.filter(({ state }) => state !== 'pending')
  const shown = [...pending, ...through].slice(0, mostShown)
  const packed = files.some(({ archive }) => archive !== null)
  const rest = files.length - shown.length
  return html`<${Section} heading="Files (${files.length})">
    <${Table}
      caption="Files of copy ${copy.id}" quiet rows=${shown} columns=${columnsOf(copy, packed)} empty="It has no files."
      id=${({ path }: CopyFile) => `file-${encodeURIComponent(path)}`}
    />
    ${rest === 0 ? null : html`<p class="soft">… and ${rest.toLocaleString('en')} more; the JSON below has all of them.</p>`}
  <//>`
}

function columnsOf(copy: CopyView, packed: boolean): Column<CopyFile>[] {
  return [
    { heading: 'Path', names: true, cell: ({ path }) => html`<code class="any">${path}</code>` },
    { heading: 'State', cell: (file) => standing(file, copy) },
    { heading: 'Size', numeric: true, cell: ({ size }) => html`<${Size} bytes=${size} />` },
    ...(packed ? [{ heading: 'Archive', cell: ({ archive }: CopyFile) => archive }] : []),
    { heading: 'MD5', extra: true, cell: ({ md5 }) => (md5 === null ? null : html`<code class="any">${md5}</code>`) },
  ]
}

function standing({ state, bytesDone, size, path }: CopyFile, copy: CopyView): VNode {
  if (state === 'pending' && bytesDone > 0 && copy.state === 'replicating') {
    return html`<${Progress} done=${bytesDone} total=${size} of=${path} />`
  }
  return html`<${Badge} tone=${tones[state]} word=${words[state]} />`
}
