/** How are copies shown in a table? One line each: what it is, where it stands, and what there is to know about that. */
import prettyBytes from 'pretty-bytes'
import type { CopyJson } from '../replication/copy-json.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

/** Copies as a table for people. */
export function copyTable(copies: readonly CopyJson[], output: Pick<Output, 'columns'>): string {
  if (copies.length === 0) return 'No copies.'
  const rows = copies.map((copy) => [
    String(copy.id),
    stateOf(copy),
    copy.type,
    copy.dataset.doi,
    String(copy.version.number),
    `${copy.filesDone}/${copy.filesTotal}`,
    sizeOf(copy),
    remarkOf(copy),
  ])
  return table(['ID', 'STATE', 'TYPE', 'DATASET', 'VERSION', 'FILES', 'SIZE', 'REMARK'], rows, output.columns)
}

/** The state in a word, with the step while it runs; a copy that waits for another one is `blocked`. */
function stateOf(copy: CopyJson): string {
  if (copy.state === 'replicating') return `replicating: ${copy.step ?? 'create'}`
  return copy.state === 'enqueued' && copy.blockedBy !== null ? 'blocked' : copy.state
}

/** One long file moves no file count, so the bytes tell that a copy is on its way. */
function sizeOf({ state, bytesDone, bytesTotal }: CopyJson): string {
  const total = prettyBytes(bytesTotal)
  return state === 'replicating' ? `${prettyBytes(bytesDone)} of ${total}` : total
}

/** What matters most about a copy just now. */
function remarkOf(copy: CopyJson): string {
  if (copy.error !== null && copy.state !== 'finished') return `${copy.error.code}: ${copy.error.message}`
  if (copy.blockedBy !== null) return `waits for copy ${copy.blockedBy}`
  if (copy.state === 'enqueued' && Date.parse(copy.runAfter) > Date.now()) return `not before ${copy.runAfter}`
  return copy.recordUrl ?? copy.note ?? ''
}

/** Results at the end of a command that ran copies: links, and what to do about each failure. */
export function resultText(copies: readonly CopyJson[], output: Pick<Output, 'columns'>): string {
  const failed = copies.filter((copy) => copy.state === 'error' && copy.error !== null)
  const lines = failed.flatMap(({ id, error }) => [
    `copy ${id}: ${error?.message ?? ''}`,
    `  hint: ${error?.hint ?? ''} (${error?.code ?? ''})`,
  ])
  return [copyTable(copies, output), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')
}
