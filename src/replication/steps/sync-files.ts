/** The deposition's files become the version's: remove what should not be there, send what is missing, several at once. */
import type { Deposition, RemoteFile } from '../../core/copy.ts'
import { isFailure } from '../../core/failure.ts'
import { md5OfBytes } from '../../core/same-bytes.ts'
import { type SyncOrder, syncOrder } from '../../core/sync-order.ts'
import { announced } from '../announced.ts'
import { dropEdit } from '../drop-edit.ts'
import { examineFiles, readOptions, sourceOf } from '../examine-files.ts'
import { createFileLedger, type FileLedger, recordThrough } from '../file-ledger.ts'
import { type Passage, sendInFlight } from '../files-in-flight.ts'
import { heldInstead, takesAwayHeld } from '../held-bytes.ts'
import { changesOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'

export async function syncFiles(run: Run, context: RunContext): Promise<Run> {
  try {
    return await sync(run, context)
  } catch (error) {
    // nobody can go on with an edit whose files are locked, so it is not left open
    const open = isFailure(error, 'zenodo_files_locked') && run.deposition?.state === 'inprogress'
    if (open) await dropEdit(run, context)
    throw error
  }
}

async function sync(run: Run, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const examined = await examineFiles(run, deposition, context)
  const changes = changesOf(examined, deposition.files)
  const { upload, remove, keep } = changes
  const { knownFiles } = run.claimed
  const order = syncOrder(changes, (file) => md5OfBytes(file, knownFiles), context.settings.limits)
  const ledger = createFileLedger(examined, context)
  await ledger.record(keep.map((file) => ({ file, state: 'kept', md5: file.md5 })))
  const takesAway = order.upload.filter((one) => takesAwayHeld(one, { run: examined, deposition }, context))
  const readFirst = [...order.readFirst, ...takesAway.map(({ file }) => file)]
  for (const file of readFirst) await context.transfer.digest(sourceOf(file, examined), readOptions(context))
  for (const file of order.removeFirst) await removeFile(examined, context, file)
  const flight = {
    bounds: context.settings.filesInFlight,
    largest: order.upload.reduce((most, { file }) => Math.max(most, file.size), 0),
    signal: context.signal,
    now: context.now,
    isHeldUp: context.depositions.isHeldUp,
  }
  await sendInFlight(order.upload, flight, (one, passage) =>
    sendFile(one, { run: examined, deposition, context: { ...context, signal: passage.signal }, passage, ledger }),
  )
  for (const file of order.removeLast) await removeFile(examined, context, file)
  const packed = await ledger.close()
  const data = { deposition: deposition.id, sent: upload.length, removed: remove.length, kept: keep.length }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, {
    step: 'upload',
    facts: {},
    settles: null,
    data,
  })
  return { ...examined, ...packed, copy }
}

/** The files of a version that needs no upload are recorded as kept, so that later versions know their checksums. */
export async function recordKnownFiles(run: Run, deposition: Deposition, context: RunContext): Promise<void> {
  const { keep } = changesOf(run, deposition.files)
  const kept = keep.map((file) => ({ file, state: 'kept', md5: file.md5 }) as const)
  await recordThrough(run, kept, context)
}

async function removeFile(run: Run, context: RunContext, file: RemoteFile): Promise<void> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'remove_file', depositionId: deposition.id, marker: null } as const
  const { settlement } = await announced(run, context, intent, {
    act: () => context.depositions.removeFile(deposition, file, context.signal),
    find: async () => {
      const now = await context.depositions.get(deposition.id, context.signal)
      return now && !now.files.some((there) => there.name === file.name) ? undefined : null
    },
  })
  await context.work.settleIntent(context.lead.proof, run.copy.id, settlement)
}

interface Sending {
  readonly run: Run
  readonly deposition: Deposition
  readonly context: RunContext
  readonly passage: Passage
  readonly ledger: FileLedger
}

type Upload = SyncOrder['upload'][number]

/** @returns the bytes of the file. */
async function sendFile(upload: Upload, sending: Sending): Promise<number> {
  const { run, context, ledger } = sending
  const { file } = upload
  const startedAt = context.now()
  const sums = await sendBytes(upload, sending)
  await ledger.record([{ file, state: 'sent', ...sums }])
  context.emit({
    kind: 'file.sent',
    copy: run.copy,
    path: file.path,
    size: file.size,
    durationMs: context.now() - startedAt,
  })
  return file.size
}

/** From the source; when that is gone, from Zenodo itself, which has had the same bytes from an earlier copy. */
async function sendBytes(upload: Upload, { run, deposition, context, passage, ledger }: Sending) {
  const { depositions, transfer } = context
  const { file } = upload
  const target = depositions.uploadTarget(deposition, file.path, file.size)
  const options = {
    ...readOptions(context),
    onRetry: passage.onRetry,
    onProgress: (bytes: number) => {
      passage.onProgress(bytes)
      ledger.progress(file, bytes)
      context.emit({ kind: 'file.progress', copy: run.copy, path: file.path, bytes, size: file.size })
    },
  }
  try {
    return await transfer.send(sourceOf(file, run), target, options)
  } catch (error) {
    const held = isFailure(error, 'source_missing') ? heldInstead(upload, { run, deposition, context }) : null
    if (held === null) throw error
    return await transfer.send(held, target, options)
  }
}
