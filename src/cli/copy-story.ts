/** What is there to tell about a copy? What it is, where it stands, why, what a person can do; then events, chain, files. */
import prettyBytes from 'pretty-bytes'
import type { CopyFile } from '../core/copy.ts'
import { nextState, type PersonAction, personActions } from '../core/copy-state.ts'
import type { CopyEvent, CopyView } from '../replication/ports/desk.ts'
import { copyTable } from './copy-table.ts'
import { fileList } from './file-list.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

export interface Story {
  readonly copy: CopyView
  readonly events: readonly CopyEvent[]
  readonly files: readonly CopyFile[]
  /** The copies of the dataset and family, by position. */
  readonly chain: readonly CopyView[]
  /** What keeps every copy waiting just now, a line each. */
  readonly standstill: readonly string[]
}

export function copyStory(story: Story, output: Pick<Output, 'columns'>): string {
  const { events, files, chain } = story
  return [
    ...whatItIs(story.copy, files),
    '',
    ...whereItStands(story),
    '',
    'What you can do:',
    ...whatToDo(story).map((line) => `  ${line}`),
    '',
    `Events (${events.length}${archivedText(story.copy)}):`,
    events.length === 0 ? '  none' : table(['AT', 'EVENT', 'BY', 'DATA'], events.map(eventRow), output.columns),
    '',
    'All copies of this dataset and family, in their order:',
    copyTable(chain, output),
    '',
    ...fileList(files, output.columns),
  ].join('\n')
}

const endings: Readonly<Record<CopyView['type'], string>> = {
  data: 'the data files, published at Zenodo',
  software: 'the software files, submitted to Zenodo as a draft',
  software_publish: 'the publication of the software files at Zenodo',
  supp: 'the supplemental files, submitted to Zenodo as a draft',
  supp_publish: 'the publication of the supplemental files at Zenodo',
}

function whatItIs(copy: CopyView, files: readonly CopyFile[]): string[] {
  const done = `${copy.filesDone} of ${copy.filesTotal} files, ${prettyBytes(copy.bytesDone)} of ${prettyBytes(copy.bytesTotal)}`
  const facts = [
    ['done', done],
    ['packed', packedText(files)],
    ['deposition', copy.depositionId === null ? null : String(copy.depositionId)],
    ['DOI', copy.doi],
    ['record', copy.recordUrl],
    ['note', copy.note],
    ['requested', `${copy.createdAt}${copy.requestedBy === null ? '' : ` by ${copy.requestedBy}`}`],
  ] as const
  return [
    `Copy ${copy.id}: ${copy.type} of version ${copy.version.number} of ${copy.dataset.doi}`,
    `  ${endings[copy.type]}`,
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(11)}${value}`])),
  ]
}

function packedText(files: readonly CopyFile[]): string | null {
  const packed = files.filter((file) => file.archive !== null)
  if (packed.length === 0) return null
  const archives = [...new Set(packed.map((file) => file.archive))].toSorted()
  const shown = archives.length > 5 ? `${archives.length} archives` : archives.join(', ')
  return `${packed.length} of ${files.length} files, in ${shown}`
}

function whereItStands({ copy, chain, standstill }: Story): string[] {
  const attempts = copy.attempts === 0 ? '' : `, after ${copy.attempts} ${copy.attempts === 1 ? 'attempt' : 'attempts'}`
  switch (copy.state) {
    case 'enqueued':
      return [...waiting({ copy, chain, standstill }), ...standstill, ...lastError(copy)]
    case 'replicating':
      return [`The worker is at it: step ${copy.step ?? 'create'}${attempts}.`]
    case 'finished':
      return [`It was finished at ${copy.finishedAt ?? copy.updatedAt}.`]
    case 'error':
      return [`It has failed${attempts}, and goes no further by itself.`, ...lastError(copy)]
    case 'deferred':
      return ['A person has deferred it. It waits until it is resumed.', ...lastError(copy)]
    case 'cancelled':
      return ['A person has cancelled it. Later copies of the dataset do not wait for it.', ...lastError(copy)]
  }
}

function waiting({ copy, chain, standstill }: Pick<Story, 'copy' | 'chain' | 'standstill'>): string[] {
  const ahead = chain.find((other) => other.id === copy.blockedBy)
  if (ahead) {
    const which = `copy ${ahead.id} (${ahead.type} of version ${ahead.version.number}, ${ahead.state})`
    const why = ahead.error === null ? [] : [`That one failed: ${ahead.error.message}`, `  hint: ${ahead.error.hint}`]
    return [`It waits for ${which}, which goes first.`, ...why]
  }
  if (Date.parse(copy.runAfter) > Date.now()) return [`It waits in the queue, not before ${copy.runAfter}.`]
  return [standstill.length > 0 ? 'It is due, but nothing is claimed now:' : 'It is due, and waits for the worker.']
}

function lastError({ error }: CopyView): string[] {
  return error === null ? [] : [`Last error (${error.code}): ${error.message}`, `  hint: ${error.hint}`]
}

const meanings: Readonly<Record<PersonAction, string>> = {
  requeue: 'try it again, with all its attempts',
  defer: 'park it for a while',
  resume: 'put it back into the queue',
  cancel: 'decide that it will not go',
}

function whatToDo({ copy, chain }: Story): string[] {
  const own = actionsOn(copy)
  const ahead = chain.find((other) => other.id === copy.blockedBy)
  const others = ahead === undefined ? [] : actionsOn(ahead)
  const lines = [...others, ...own].map(
    ([action, id]) => `zenodo-replicator ${action} ${id}`.padEnd(34) + meanings[action],
  )
  if (lines.length > 0) return lines
  return [copy.state === 'finished' ? 'Nothing is needed.' : 'Nothing now: the worker is busy with it.']
}

/** Putting a copy back that waits untried would change nothing. */
function actionsOn(copy: CopyView): Array<readonly [PersonAction, number]> {
  const untried = copy.state === 'enqueued' && copy.attempts === 0 && copy.error === null
  return personActions
    .filter((action) => nextState(copy.state, action) !== null && !(untried && action === 'requeue'))
    .map((action) => [action, copy.id])
}

function archivedText({ eventsArchived }: CopyView): string {
  return eventsArchived === 0 ? '' : `; ${eventsArchived} more are in the archive, retention.folder`
}

function eventRow({ at, kind, actor, data }: CopyEvent): string[] {
  const facts = Object.entries(data).filter(([, value]) => value !== null)
  const told = facts.map(
    ([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  )
  return [at, kind, actor, told.join(', ')]
}
