/** What is there to tell about a copy? What it is, where it stands, why, what a person can do; then events, chain, files. */
import prettyBytes from 'pretty-bytes'
import type { CopyFile } from '../core/copy.ts'
import type { CopyJson } from '../replication/copy-json.ts'
import { actionMeanings, actionsOn, aheadOf, endings, nothingToDo, whereItStands } from '../replication/copy-story.ts'
import type { CopyEvent } from '../replication/ports/desk.ts'
import { copyTable } from './copy-table.ts'
import { fileList } from './file-list.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

export interface Story {
  readonly copy: CopyJson
  readonly events: readonly CopyEvent[]
  /** How many of its events have left the log for the archive. */
  readonly eventsArchived: number
  readonly files: readonly CopyFile[]
  /** The copies of the dataset and family, by position. */
  readonly chain: readonly CopyJson[]
  /** What keeps every copy waiting just now, a line each. */
  readonly standstill: readonly string[]
}

export function copyStory(story: Story, output: Pick<Output, 'columns'>): string {
  const { events, files, chain } = story
  return [
    ...whatItIs(story),
    '',
    ...whereItStands(story),
    '',
    'What you can do:',
    ...whatToDo(story).map((line) => `  ${line}`),
    '',
    `Events (${events.length}${archivedText(story.eventsArchived)}):`,
    events.length === 0 ? '  none' : table(['AT', 'EVENT', 'BY', 'DATA'], events.map(eventRow), output.columns),
    '',
    'All copies of this dataset and family, in their order:',
    copyTable(chain, output),
    '',
    ...fileList(files, output.columns),
  ].join('\n')
}

function whatItIs({ copy, files, events }: Story): string[] {
  const requester = events.find(({ kind }) => kind === 'enqueued')?.actor
  const done = `${copy.filesDone} of ${copy.filesTotal} files, ${prettyBytes(copy.bytesDone)} of ${prettyBytes(copy.bytesTotal)}`
  const facts = [
    ['done', done],
    ['packed', packedText(files)],
    ['deposition', copy.depositionId === null ? null : String(copy.depositionId)],
    ['DOI', copy.doi],
    ['record', copy.recordUrl],
    ['note', copy.note],
    ['requested', `${copy.createdAt}${requester === undefined ? '' : ` by ${requester}`}`],
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

function whatToDo({ copy, chain }: Story): string[] {
  const ahead = aheadOf({ copy, chain })
  const lines = [...(ahead === undefined ? [] : [ahead]), copy].flatMap((one) =>
    actionsOn(one).map((action) => `zenodo-replicator ${action} ${one.id}`.padEnd(34) + actionMeanings[action]),
  )
  return lines.length > 0 ? lines : [nothingToDo(copy)]
}

function archivedText(eventsArchived: number): string {
  return eventsArchived === 0 ? '' : `; ${eventsArchived} more are in the archive, retention.folder`
}

function eventRow({ at, kind, actor, data }: CopyEvent): string[] {
  const facts = Object.entries(data).filter(([, value]) => value !== null)
  const told = facts.map(
    ([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  )
  return [at, kind, actor, told.join(', ')]
}
