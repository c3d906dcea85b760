/** How is a job told on a page: its kind, its state, what it is about, how far it is? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { type JobKind, type JobState, remaining } from '../../core/jobs.ts'
import type { Job } from '../../replication/ports/jobs.ts'
import { DoiLink, Progress } from '../parts/facts.ts'
import { Badge } from '../parts/state-badge.ts'

export const kindWords: Readonly<Record<JobKind, string>> = {
  audit: 'Audit',
  refresh_metadata: 'Metadata refresh',
  backfill: 'Backfill',
  embargo: 'Embargo',
  takedown: 'Takedown list',
}

const tones: Readonly<Record<JobState, 'good' | 'bad' | 'busy' | 'still' | 'plain'>> = {
  loading: 'plain',
  waiting: 'plain',
  running: 'busy',
  paused: 'still',
  finished: 'good',
  failed: 'bad',
  cancelled: 'still',
}

export function JobBadge({ state }: { readonly state: JobState }): VNode {
  return html`<${Badge} tone=${tones[state]} word=${state} />`
}

/** What it concerns, in words. */
export function About({ job }: { readonly job: Job }): VNode {
  const { filter = {}, until, deleteDrafts } = job.parameters
  const { dataset, family, types, ids } = filter
  const rest = [
    family === undefined ? '' : `family ${family}`,
    types === undefined ? '' : types.join(', '),
    ids === undefined ? '' : `${ids.length} named copies`,
    until === undefined ? '' : until === null ? 'lifted' : `until ${until}`,
    deleteDrafts ? 'drafts are deleted' : '',
  ].filter((word) => word !== '')
  if (dataset === undefined) return html`<span>${rest.length === 0 ? whole(job.kind) : rest.join('; ')}</span>`
  return html`<span><${DoiLink} doi=${dataset} />${rest.length === 0 ? '' : `, ${rest.join('; ')}`}</span>`
}

function whole(kind: JobKind): string {
  return kind === 'backfill' ? 'what was sent' : 'everything'
}

export function JobProgress({ job }: { readonly job: Job }): VNode {
  const done = job.total - remaining(job)
  if (!job.planned) return html`<span>looking for what it concerns: ${job.total} so far</span>`
  return html`<span><${Progress} done=${done} total=${job.total} of="Progress of job ${job.id}" /> ${done} of ${job.total}</span>`
}
