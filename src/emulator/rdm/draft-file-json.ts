/** What does the records API answer about the files of a draft, those still on their way among them? */
import { encodeKeyPath } from '../links.ts'
import type { JsonObject } from '../metadata/field-reader.ts'
import { recordFileEntry } from '../record-json.ts'
import type { PendingFile, StoredFile } from '../records-model.ts'
import type { RequestContext } from '../request-context.ts'
import type { Resolved } from '../resolve-deposit.ts'

/** The list of a draft's files. */
export function draftFiles(context: RequestContext, { edition }: Resolved): JsonObject {
  const { bucket } = edition
  const list = addressOf(context)
  const pending = bucket.pending.map((file) => pendingEntry(file, list))
  const stored = bucket.files.map((file) => storedEntry(file, { edition, list }))
  return { enabled: true, links: { self: list }, entries: [...stored, ...pending], default_preview: null, order: [] }
}

/** One file of a draft, or undefined. */
export function draftFile(context: RequestContext, { edition }: Resolved, key: string): JsonObject | undefined {
  const { files, pending } = edition.bucket
  const list = addressOf(context)
  const stored = files.find((file) => file.key === key)
  if (stored) return storedEntry(stored, { edition, list })
  const waiting = pending.find((file) => file.key === key)
  return waiting && pendingEntry(waiting, list)
}

function storedEntry(file: StoredFile, { edition, list }: Pick<Resolved, 'edition'> & { list: string }): JsonObject {
  const entry = recordFileEntry(file, edition, list)
  return { ...entry, links: linksOf(list, file.key) }
}

function pendingEntry({ key, created, updated }: PendingFile, list: string): JsonObject {
  return {
    key,
    created,
    updated,
    metadata: null,
    status: 'pending',
    transfer: { type: 'L' },
    access: { hidden: false },
    links: linksOf(list, key),
  }
}

function linksOf(list: string, key: string): JsonObject {
  const self = `${list}/${encodeKeyPath(key)}`
  return { self, content: `${self}/content`, commit: `${self}/commit` }
}

/** The path carries the id as the repository writes it. */
function addressOf({ origin, params }: RequestContext): string {
  return `${origin}/api/records/${params.id}/draft/files`
}
