/** What does a person see who follows a link? A plain page about a record or draft, and a list of everything. */
import { type Answer, html } from '../http-answer.ts'
import { encodeKeyPath } from '../links.ts'
import { visibleContent } from '../metadata/output.ts'
import { type Family, newestRecord } from '../records-model.ts'
import type { RequestContext } from '../request-context.ts'
import { depositState, draftOrRecord, type Resolved } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'

/** Pages outside `/api`. They need no token: the emulator listens on the own machine, and its records are not secret. */
export const pageRoutes: readonly Route[] = [
  { path: '/', methods: { GET: overview } },
  { path: '/deposit/:id', methods: { GET: depositPage } },
  { path: '/records/:id', methods: { GET: recordPage } },
  { path: '/records/:id/latest', methods: { GET: latestPage } },
  { path: '/doi/:doi+', methods: { GET: doiPage } },
]

function overview({ store }: RequestContext): Answer {
  const rows = store
    .families()
    .flatMap((family) => family.entries.map((entry) => ({ family, entry })))
    .filter(({ entry }) => entry.deleted === null)
    .map(draftOrRecord)
    .map((row) => `<li><a href="${pageOf(row)}">${escapeHtml(titleOf(row))}</a> (${stateOf(row)})</li>`)
  return page('Zenodo emulator', rows.length === 0 ? '<p>Nothing here yet.</p>' : `<ul>${rows.join('')}</ul>`)
}

function depositPage(context: RequestContext): Answer {
  const located = context.store.find(Number(context.params.id))
  return located && located.entry.deleted === null ? recordView(context, draftOrRecord(located)) : missing()
}

function recordPage(context: RequestContext): Answer {
  const id = Number(context.params.id)
  const family = context.store.findFamily(id)
  if (family) return toNewest(family)
  const located = context.store.find(id)
  if (!located?.entry.record) return missing()
  return recordView(context, { ...located, edition: located.entry.record, isDraft: false })
}

function latestPage(context: RequestContext): Answer {
  const located = context.store.find(Number(context.params.id))
  return located ? toNewest(located.family) : missing()
}

function doiPage({ params, store }: RequestContext): Answer {
  const wanted = params.doi?.toLowerCase()
  const concept = store.families().find((family) => family.conceptDoi === wanted)
  if (concept) return toNewest(concept)
  const found = store
    .families()
    .flatMap((family) => family.entries)
    .find((entry) => entry.record?.content.doi?.identifier.toLowerCase() === wanted)
  return found ? redirect(`/records/${found.id}`) : missing()
}

function recordView({ origin }: RequestContext, row: Resolved): Answer {
  const { entry, edition, isDraft } = row
  const content = visibleContent(edition.content, !isDraft)
  const creators = (content.metadata.creators ?? []).map((one) =>
    [one.givenName, one.familyName].filter(Boolean).join(' '),
  )
  const files = edition.bucket.files.map((file) => {
    const address = `${origin}/api/records/${entry.id}/files/${encodeKeyPath(file.key)}/content`
    const name = escapeHtml(file.key)
    const link = isDraft ? name : `<a href="${escapeHtml(address)}">${name}</a>`
    return `<tr><td>${link}</td><td>${file.sizeBytes} bytes</td><td><code>md5:${file.md5}</code></td></tr>`
  })
  return page(
    titleOf(row),
    `<p>${escapeHtml(creators.join('; '))}</p>
<dl><dt>State</dt><dd>${stateOf(row)}</dd>
<dt>DOI</dt><dd>${escapeHtml(content.doi?.identifier ?? 'none yet')}</dd>
<dt>Concept DOI</dt><dd>${escapeHtml(row.family.conceptDoi ?? 'none')}</dd>
<dt>Version</dt><dd>${escapeHtml(content.metadata.version ?? String(entry.index))}</dd>
<dt>Publication date</dt><dd>${escapeHtml(content.metadata.publicationDate ?? 'none')}</dd></dl>
<h2>Description</h2><div>${content.metadata.description ?? ''}</div>
<h2>Files</h2><table>${files.join('\n')}</table>`,
  )
}

function page(title: string, content: string): Answer {
  const head = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`
  const style =
    '<style>body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td{padding:0 1em 0 0}</style>'
  const note = '<p><small>This is a local emulation of Zenodo. Nothing on this page is public.</small></p>'
  return html(
    200,
    `<!doctype html><html lang="en"><head>${head}${style}</head><body><h1>${escapeHtml(title)}</h1>${content}${note}</body></html>`,
  )
}

function missing(): Answer {
  return html(404, '<!doctype html><title>Not found</title><h1>Not found</h1><p>There is no such record here.</p>')
}

function redirect(location: string): Answer {
  return { kind: 'text', status: 302, body: '', headers: { location } }
}

function toNewest(family: Family): Answer {
  const newest = newestRecord(family)
  return newest ? redirect(`/records/${newest.id}`) : missing()
}

const titleOf = ({ edition }: Resolved): string => edition.content.metadata.title ?? 'Untitled'
const stateOf = ({ entry, isDraft }: Resolved): string => depositState(entry, isDraft)
const pageOf = ({ entry, isDraft }: Resolved): string => (isDraft ? `/deposit/${entry.id}` : `/records/${entry.id}`)

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one)
}
