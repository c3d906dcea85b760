/** A source is gone: does Zenodo hold the bytes, from an earlier copy? */
import type { Deposition } from '../core/copy.ts'
import type { SyncOrder } from '../core/sync-order.ts'
import { sourceOf } from './examine-files.ts'
import type { SourceFile } from './ports/file-transfer.ts'
import type { Run, RunContext } from './run-context.ts'

type Upload = SyncOrder['upload'][number]

interface Where {
  readonly run: Run
  readonly deposition: Deposition
}

/**
 * The same file to be read from Zenodo, or null. Of an archive, those members that the archive of the same name has: in the
 * record published before, else in the deposition itself.
 */
export function heldInstead(
  { file, heldAs }: Upload,
  { run, deposition, context }: Where & { readonly context: RunContext },
): SourceFile | null {
  const source = sourceOf(file, run)
  const { depositions } = context
  if (heldAs !== null) {
    const held = depositions.heldBytes(deposition, heldAs.name)
    return { ...source, checksum: file.checksum ?? `md5:${heldAs.md5}`, held }
  }
  const before = file.archived?.before ?? null
  const holder = holderOf(file, { run, deposition })
  if (before === null || holder === null) return null
  const members = (source.members ?? []).map((member) => {
    const start = before.starts.get(member.path)
    return start === undefined ? member : { ...member, start }
  })
  return { ...source, members, within: { ...depositions.heldBytes(holder, file.path), size: before.size } }
}

/** Whether sending the file would take away the only bytes of its members that Zenodo is known to hold. */
export function takesAwayHeld({ file, heldAs }: Upload, where: Where, { depositions }: RunContext): boolean {
  return !depositions.replacesAtOnce && heldAs === null && holderOf(file, where) === where.deposition
}

/** What is published keeps its files, whatever becomes of the draft. */
function holderOf({ path, archived }: Upload['file'], { run, deposition }: Where): Deposition | null {
  const before = archived?.before ?? null
  if (before === null || before.starts.size === 0) return null
  const holds = ({ files }: Deposition) => files.some(({ name, md5 }) => name === path && md5 === before.md5)
  return [run.published, deposition].find((one) => one !== null && holds(one)) ?? null
}
