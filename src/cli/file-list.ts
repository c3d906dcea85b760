/** How are the files of a copy shown to people? Those that are still to go first, and never thousands of lines. */
import prettyBytes from 'pretty-bytes'
import type { CopyFile } from '../core/copy.ts'
import { table } from './table.ts'

/** As many as a record at Zenodo holds without archives. */
const mostShown = 100

export function fileList(files: readonly CopyFile[], columns: number | null): string[] {
  const pending = files.filter((file) => file.state === 'pending')
  const through = files.filter((file) => file.state !== 'pending')
  const shown = [...pending, ...through].slice(0, mostShown)
  const rest = files.length - shown.length
  return [
    `Files (${files.length}):`,
    files.length === 0 ? '  none' : fileTable(shown, columns),
    ...(rest === 0 ? [] : [`… and ${rest} more; --json shows all of them.`]),
  ]
}

/** With the archive that each file lies in, when there is one. */
function fileTable(files: readonly CopyFile[], columns: number | null): string {
  const packed = files.some((file) => file.archive !== null)
  const row = ({ state, size, md5, path, archive }: CopyFile) => [
    state,
    prettyBytes(size),
    md5 ?? '',
    ...(packed ? [archive ?? ''] : []),
    path,
  ]
  return table(['STATE', 'SIZE', 'MD5', ...(packed ? ['ARCHIVE'] : []), 'PATH'], files.map(row), columns)
}
