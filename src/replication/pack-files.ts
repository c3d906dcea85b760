/** Before the first request: where does each file of the copy go, and is that how the table shows it? */
import { createHash } from 'node:crypto'
import type { CopyFile, RecordFile } from '../core/copy.ts'
import { archivesOf } from '../core/packaging/archives.ts'
import { pack } from '../core/packaging/pack.ts'
import type { ClaimedCopy } from './ports/work-store.ts'
import type { RunContext } from './run-context.ts'

export interface PackedFiles {
  readonly files: readonly CopyFile[]
  readonly archives: readonly RecordFile[]
}

/** @throws Failure naming the limit, when the record cannot hold them. */
export function packFiles({ copy, files, knownFiles, knownArchives }: ClaimedCopy, context: RunContext): PackedFiles {
  const { limits, packaging } = context.settings
  const packed = pack(files, limits, packaging)
  const known = { files: knownFiles, archives: knownArchives, position: copy.position }
  return { files: packed, archives: archivesOf(packed, known, sha256) }
}

/** Tells the table where the files go, unless it knows. */
export async function recordPlaces(claimed: ClaimedCopy, packed: PackedFiles, context: RunContext): Promise<void> {
  const before = new Map(claimed.files.map((file) => [file.path, file]))
  const moved = packed.files.filter((file) => {
    const old = before.get(file.path)
    return old?.archive !== file.archive || old.state !== file.state
  })
  if (moved.length > 0) await context.work.placeFiles(context.lead.proof, claimed.copy.id, moved)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
