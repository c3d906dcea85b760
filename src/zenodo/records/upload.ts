/** How does a file get into a draft? In three steps: it is announced, its bytes are sent, it is committed. */
import type { Deposition } from '../../core/copy.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import type { Stored, UploadTarget } from '../../replication/ports/depositions.ts'
import { type Connection, nothing, orIfMissing } from '../connection.ts'
import { factsOf, subjectOf } from '../refusals.ts'
import { repeated } from '../repeat.ts'
import { attempt } from '../request.ts'
import type { ZenodoRequest } from '../requests.ts'
import { requireTaken, uploadTargetOf } from '../upload.ts'
import type { RecordRequests } from './requests.ts'
import { storedFileOf } from './responses.ts'

/** A target whose every admission starts the file over: what an earlier try left behind goes first. */
export function recordUpload(
  connection: Connection,
  requests: RecordRequests,
  file: { readonly deposition: Deposition; readonly name: string; readonly size: number },
): UploadTarget {
  const { deposition, name, size } = file
  const request = requests.upload(deposition, name)
  return uploadTargetOf(connection.wire, {
    deposition,
    request,
    size,
    prepare: (signal) => announce(connection, requests, file, signal),
    settle: async (answer, signal) => {
      requireTaken(request, answer)
      return await commit(connection, requests, file, signal)
    },
  })
}

type Of = { readonly deposition: Deposition; readonly name: string }

/** A name that is taken is freed: by a file that is replaced, or by an upload that was never finished. */
async function announce({ ask }: Connection, requests: RecordRequests, file: Of, signal: AbortSignal): Promise<void> {
  const announcement = requests.announce(file.deposition, file.name)
  try {
    await ask(announcement, nothing, signal)
  } catch (error) {
    if (!isFailure(error, 'zenodo_refused_file')) throw error
    await orIfMissing(ask(requests.removeFile(file.deposition, file.name), nothing, signal), undefined)
    await ask(announcement, nothing, signal)
  }
}

/** A commit that succeeded without an answer is refused the next time, so on every failure the file itself is looked at. */
async function commit({ wire, settled }: Connection, requests: RecordRequests, file: Of, signal: AbortSignal) {
  const request = requests.commit(file.deposition, file.name)
  const work = async (): Promise<Stored> => {
    try {
      return requireStored(request, await attempt(wire, request, storedFileOf, signal))
    } catch (error) {
      if (!isFailure(error) || error.code === 'lease_lost') throw error
      const look = requests.fileOf(file.deposition, file.name)
      const stored = await orIfMissing(attempt(wire, look, storedFileOf, signal), null)
      if (stored === null) throw error
      return stored
    }
  }
  return await settled(repeated(wire, { work }, signal), signal)
}

function requireStored(request: ZenodoRequest, stored: Stored | null): Stored {
  if (stored !== null) return stored
  throw new Failure(
    'stored_differently',
    `${subjectOf(request)}: it was committed, but Zenodo does not show it as stored.`,
    {
      details: factsOf(request),
    },
  )
}
