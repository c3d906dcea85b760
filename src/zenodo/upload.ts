/** Where and how do the bytes of one file go to Zenodo, and come back? The transfer sends them, this knows Zenodo. */
import type { Deposition } from '../core/copy.ts'
import { Failure, isFailure } from '../core/failure.ts'
import type { Stored, UploadAnswer, UploadTarget } from '../replication/ports/depositions.ts'
import type { HeldBytes } from '../replication/ports/file-transfer.ts'
import { factsOf, refusalOf, subjectOf } from './refusals.ts'
import { answerWithoutToken, headersOf, type Wire } from './request.ts'
import type { ZenodoRequest } from './requests.ts'
import { type Answer, isJson, NotUnderstood, storedOf } from './responses.ts'

/** How one API takes a file. */
export interface UploadOf {
  readonly deposition: Deposition
  /** The PUT that the transfer makes. */
  readonly request: ZenodoRequest
  readonly size: number
  /** What has to be asked before the bytes may come. */
  readonly prepare: (signal: AbortSignal) => Promise<void>
  /** What is stored, by the answer to the PUT or by what is asked after it. */
  readonly settle: (answer: Answer, signal: AbortSignal) => Promise<Stored>
}

/** A target for one file; a second `admit` starts it over. */
export function uploadTargetOf(wire: Wire, { deposition, request, size, prepare, settle }: UploadOf): UploadTarget {
  let startedAt = performance.now()
  let { token } = wire
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw isPassing(error, deposition) ? asPassing(error) : error
    }
  }
  return {
    url: request.url,
    get headers() {
      return {
        ...headersOf(wire, token),
        'content-type': 'application/octet-stream',
        'content-length': String(size),
      }
    },
    async admit(signal) {
      await passing(prepare(signal))
      await wire.pacer.admit(signal)
      startedAt = performance.now()
      // a file may be tried for hours, and the token be renewed meanwhile
      token = wire.token
      wire.guard()
    },
    async accept(uploadAnswer, signal) {
      const answer = answerWithoutToken(uploadAnswer, token)
      tell(wire, request, answer, startedAt)
      return await passing(settle(answer, signal))
    },
  }
}

/** Where the bytes of a file in a deposition are read. Zenodo answers 406 to those who want JSON (zenodo-rdm buckets). */
export function heldBytesOf(wire: Wire, url: string): HeldBytes {
  return {
    url,
    headers: { ...headersOf(wire, wire.token), accept: '*/*' },
    async admit(signal) {
      await wire.pacer.admit(signal)
      wire.guard()
    },
  }
}

/** @throws Failure `internal_error`: rows of a list carry no bucket link (zenodo/zenodo#2286). */
export function bucketOf(deposition: Deposition): string {
  if (deposition.bucketUrl !== null) return deposition.bucketUrl
  throw new Failure('internal_error', `Deposition ${deposition.id} was not read by its id, so its bucket is unknown.`, {
    details: { deposition: deposition.id },
  })
}

/**
 * Zenodo at times forbids writes to one's own draft for a moment, right after a new version was started
 * (zenodo/zenodo#2493, #2502), and closes it when somebody publishes it. A draft that we could read is ours, so such a
 * refusal passes, or a new look tells what has become of the draft.
 */
export function isPassing(error: unknown, deposition: Deposition): error is Failure {
  return deposition.state === 'unsubmitted' && isFailure(error, 'zenodo_forbidden')
}

/** A refusal that passes, as the failure that has the copy look again. */
export function asPassing(refusal: Failure): Failure {
  return new Failure('zenodo_changed', refusal.message, { cause: refusal, details: refusal.details })
}

function tell(wire: Wire, request: ZenodoRequest, answer: UploadAnswer, startedAt: number): void {
  wire.pacer.observe(answer)
  wire.emit({
    kind: 'zenodo.call',
    method: request.method,
    path: new URL(request.url).pathname,
    status: answer.status,
    durationMs: Math.round(performance.now() - startedAt),
  })
}

/** @throws Failure by status and body. */
export function storedBy(request: ZenodoRequest, answer: Answer): Stored {
  requireTaken(request, answer)
  try {
    return storedOf(answer)
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    // a proxy's page says nothing about the file; JSON without the checksum leaves the file unproven
    const code = isJson(answer) ? 'stored_differently' : 'zenodo_unavailable'
    const text = `${subjectOf(request)}: Zenodo answered ${answer.status} with ${error.message}.`
    throw new Failure(code, text, { cause: error, details: { ...factsOf(request, answer), ambiguous: true } })
  }
}

/** @throws Failure when the bytes were refused. */
export function requireTaken(request: ZenodoRequest, answer: Answer): void {
  if (answer.status !== 200 && answer.status !== 201) throw refusalOf(request, answer, Date.now())
}
