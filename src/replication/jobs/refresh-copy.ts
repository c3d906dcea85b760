/**
 * How do the metadata of today reach what a copy left at Zenodo? A draft gets them; a published record is edited and published again by the
 * very steps of a copy, which look first and announce what must not be done twice. What is there already is left as it is.
 */
import { digestOf } from '../metadata-digest.ts'
import type { IdleCopy, ItemResult } from '../ports/jobs.ts'
import type { Run, RunContext } from '../run-context.ts'
import { stepFunctions } from '../steps/index.ts'
import { wasPublishedByUs } from '../steps/publish.ts'
import type { CopyWork } from './job-ports.ts'
import { type Look, lookAtCopy } from './look-at-copy.ts'

export const refreshCopy: CopyWork = async (idle, context) => {
  const { depositionId } = idle.claimed.copy
  const look = await lookAtCopy(idle, context)
  if (look === null) {
    const message = `Deposition ${depositionId} is gone from Zenodo; an audit tells what can be done.`
    return { state: 'failed', finding: 'gone', message, data: { deposition: depositionId } }
  }
  const { finding, message } = await refresh(idle, look, context)
  const state = finding === 'unchanged' ? 'passed' : finding === 'files_differ' ? 'failed' : 'done'
  const { access_right: access, embargo_date: until = null } = look.wanted
  return { state, finding, message, data: { deposition: depositionId, doi: idle.claimed.copy.doi, access, until } }
}

type Told = Pick<ItemResult, 'finding' | 'message'>

async function refresh(idle: IdleCopy, look: Look, context: RunContext): Promise<Told> {
  const { run, deposition } = look
  const { id, state } = deposition
  if (state !== 'unsubmitted' && look.files.length > 0) {
    // what is published with them would be called ours
    const message = `The files of record ${id} are not those that were sent, so it was left alone; an audit tells what can be done.`
    return { finding: 'files_differ', message }
  }
  if (wasPublishedByUs(run, deposition, context)) {
    await perform(['publish'], { ...run, publishedByUs: true }, context)
    return { finding: 'refreshed', message: `Record ${id} shows the metadata of today.` }
  }
  if (state !== 'inprogress' && isUpToDate(idle, look)) {
    return { finding: 'unchanged', message: `Deposition ${id} has the metadata of today already.` }
  }
  if (state === 'unsubmitted') {
    await perform(['metadata'], run, context)
    return { finding: 'refreshed_draft', message: `Draft ${id} has the metadata of today.` }
  }
  const beginning = state === 'done' ? 'reopen' : 'reuse'
  await perform(['create', 'metadata', 'publish'], { ...run, beginning }, context)
  return { finding: 'refreshed', message: `Record ${id} shows the metadata of today.` }
}

/** Much of what was sent comes back in another form, so what was sent last counts, and what the record shows of it. */
function isUpToDate({ metadataDigest }: IdleCopy, { wanted, metadata }: Look): boolean {
  return metadata.length === 0 && metadataDigest === digestOf(wanted)
}

async function perform(steps: ReadonlyArray<'create' | 'metadata' | 'publish'>, run: Run, context: RunContext) {
  let current = run
  for (const step of steps) {
    context.signal.throwIfAborted()
    current = await stepFunctions[step](current, context)
  }
}
