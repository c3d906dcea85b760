/** A source is gone: does Zenodo hold the bytes, from an earlier copy? */
import type { Deposition } from '../core/copy.ts'
import type { SyncOrder } from '../core/sync-order.ts'
import { sourceOf } from './examine-files.ts'
import type { SourceFile } from './ports/file-transfer.ts'
import type { Run, RunContext } from './run-context.ts'

type Upload = SyncOrder['upload'][number]

/**
 * The same file to be read from Zenodo, or null. Of an archive, those members that the archive of the same name has, which
 * stays there until the new one is whole.
 */
export function heldInstead(
  { file, heldAs }: Upload,
  { run, deposition, context }: { readonly run: Run; readonly deposition: Deposition; readonly context: RunContext },
): SourceFile | null {
  const source = sourceOf(file, run)
  const { depositions } = context
  if (heldAs !== null) {
    const held = depositions.heldBytes(deposition, heldAs.name)
    return { ...source, checksum: file.checksum ?? `md5:${heldAs.md5}`, held }
  }
  const before = file.archived?.before ?? null
  const there = deposition.files.find((one) => one.name === file.path)
  if (before === null || there?.md5 !== before.md5 || before.starts.size === 0) return null
  const members = (source.members ?? []).map((member) => {
    const start = before.starts.get(member.path)
    return start === undefined ? member : { ...member, start }
  })
  return { ...source, members, within: { ...depositions.heldBytes(deposition, file.path), size: before.size } }
}
