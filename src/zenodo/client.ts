/** What can be asked of Zenodo? The verbs of the `Depositions` port, over HTTP. */
import { Agent } from 'undici'
import type { Deposition, DepositionId, RemoteFile } from '../core/copy.ts'
import { Failure, isFailure } from '../core/failure.ts'
import type { Depositions } from '../replication/ports/depositions.ts'
import { apiRoot } from './addresses.ts'
import { draftsSince, listingOf } from './drafts.ts'
import { createPacer } from './pacer.ts'
import { call, repeated } from './repeat.ts'
import { attempt, type CallEvent, type Wire } from './request.ts'
import { requestsFor, type ZenodoRequest } from './requests.ts'
import { type Answer, depositionOf, depositionsOf, jsonOf } from './responses.ts'
import { asPassing, bucketOf, heldBytesOf, isPassing, uploadTargetOf } from './upload.ts'

export interface DepositionsOptions {
  /** Origin of Zenodo, with or without a trailing slash or `/api`. */
  readonly baseUrl: string
  readonly token: string
  readonly userAgent: string
  /** Where pacing starts; Zenodo's own headers take over. */
  readonly requestsPerMinute: number
  readonly requestsPerHour: number
  /** Called right before every request; throws when the lease is not trusted. */
  readonly guard: () => void
  /** Hears of every request; the service's own `Emit` fits. */
  readonly emit: (event: CallEvent) => void
  /** No progress for so long is a failure. There is no limit in total. */
  readonly stallMs: number
  /** More tries of repeatable calls, default 5. */
  readonly retries?: number
  /** First wait between tries, doubled and jittered from then on; default 1000. */
  readonly retryBaseMs?: number
}

/** A page of 100 depositions with 100 files each stays well below. */
const longestAnswerBytes = 64 * 1024 * 1024

/**
 * Zenodo through its deposit API. Repeatable verbs are tried again by themselves; `create`, `startNewVersion` and `publish`
 * never are: their ambiguous failures are resolved by looking.
 * @throws Failure `config_invalid` for a base URL or token that no request could be made with.
 */
export function createDepositions(options: DepositionsOptions): Depositions & { close(): Promise<void> } {
  const api = requireApi(options.baseUrl)
  const requests = requestsFor(api)
  const wire = wireOf(options)
  const one = (answer: Answer) => depositionOf(answer, api)
  const many = (answer: Answer) => depositionsOf(answer, api)

  const probe = (signal: AbortSignal) => call(wire, requests.probe(), jsonOf, signal)
  const ask = <T>(request: ZenodoRequest, read: (answer: Answer) => T, signal: AbortSignal) =>
    settled(call(wire, request, read, signal), probe, signal)
  const get = (id: DepositionId, signal: AbortSignal) => orIfMissing(ask(requests.get(id), one, signal), null)

  return {
    get,
    create: (metadata, signal) => ask(requests.create(metadata), one, signal),
    ownDrafts: (since, signal) => draftsSince(since, (page) => ask(requests.newest(page), listingOf, signal)),
    async startNewVersion(id, signal) {
      const draft = await ask(requests.newVersion(id), one, signal)
      return requireDraft(draft, id)
    },
    async findOpenDraft(conceptRecid, signal) {
      const rows = await ask(requests.ofConcept(conceptRecid), many, signal)
      const row = rows.find((each) => each.state === 'unsubmitted' && each.conceptRecid === conceptRecid)
      const draft = row === undefined ? null : await get(row.id, signal)
      return draft?.state === 'unsubmitted' ? draft : null
    },
    async findNewestRecord(conceptRecid, signal) {
      const rows = await ask(requests.versionsOf(conceptRecid), many, signal)
      const row = rows.find((each) => each.submitted && each.conceptRecid === conceptRecid)
      return row === undefined ? null : await get(row.id, signal)
    },
    async findByDoi(doi, signal) {
      const rows = await ask(requests.ofDoi(doi), many, signal)
      const row = rows.find((each) => each.submitted && each.doi?.toLowerCase() === doi.toLowerCase())
      return row === undefined ? null : await get(row.id, signal)
    },
    reopen: (id, signal) => ask(requests.reopen(id), one, signal),
    putMetadata: (id, metadata, signal) => ask(requests.putMetadata(id, metadata), one, signal),
    uploadTarget: (deposition, name, size) => uploadTargetOf(wire, requests, { deposition, name, size }),
    heldBytes: (deposition, name) => heldBytesOf(wire, deposition, name),
    removeFile(deposition, file, signal) {
      const request = requests.removeFile(deposition, bucketOf(deposition), file)
      const work = () => removeOnce(wire, { request, file, reread: requests.get(deposition.id), one }, signal)
      const removal = repeated(wire, { work, also: (error) => isPassing(error, deposition) }, signal)
      const told = removal.catch((error: unknown) => {
        throw isPassing(error, deposition) ? asPassing(error) : error
      })
      return settled(told, probe, signal)
    },
    publish: (id, signal) => ask(requests.publish(id), nothing, signal),
    discard: (id, signal) => orIfMissing(ask(requests.discard(id), nothing, signal), undefined),
    async probe(signal) {
      await probe(signal)
    },
    close: () => wire.dispatcher.close(),
  }
}

function wireOf(options: DepositionsOptions): Wire {
  const { requestsPerMinute, requestsPerHour, stallMs } = options
  return {
    token: requireToken(options.token),
    userAgent: options.userAgent,
    // no timeout in total: what counts is that the other side moves. Cookies are never kept, as Zenodo would then ask for
    // a CSRF token (invenio-rest).
    dispatcher: new Agent({
      connect: { timeout: Math.min(stallMs, 30_000) },
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
      allowH2: false,
      maxResponseSize: longestAnswerBytes,
    }),
    pacer: createPacer({ perMinute: requestsPerMinute, perHour: requestsPerHour }),
    guard: options.guard,
    emit: options.emit,
    retries: options.retries ?? 5,
    retryBaseMs: options.retryBaseMs ?? 1000,
  }
}

/**
 * 403 stands for a bad token as well as for a deposition of somebody else (zenodo-rdm test_rest_api_simpleflow), so a
 * forbidden call is followed by one that only the token decides.
 */
async function settled<T>(
  work: Promise<T>,
  probe: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isFailure(error, 'zenodo_forbidden')) await probe(signal)
    throw error
  }
}

interface Removal {
  readonly request: ZenodoRequest
  readonly file: RemoteFile
  readonly reread: ZenodoRequest
  readonly one: (answer: Answer) => Deposition
}

/** A bucket may answer 500 although the file is gone (zenodo/zenodo#2561): on an open outcome the list of files decides. */
async function removeOnce(wire: Wire, removal: Removal, signal: AbortSignal): Promise<void> {
  const { request, file, reread, one } = removal
  try {
    await orIfMissing(attempt(wire, request, nothing, signal), undefined)
  } catch (error) {
    if (!isFailure(error, 'zenodo_unavailable')) throw error
    const now = await orIfMissing(attempt(wire, reread, one, signal), null)
    if (now?.files.some((each) => each.name === file.name)) throw error
  }
}

async function orIfMissing<T, U>(work: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await work
  } catch (error) {
    if (isFailure(error, 'zenodo_deposition_missing')) return instead
    throw error
  }
}

/** Servers before October 2023 answered the original deposition here; its files must not be taken for the draft's. */
function requireDraft(draft: Deposition, previous: DepositionId): Deposition {
  if (draft.id !== previous && draft.state === 'unsubmitted') return draft
  const text = `Starting the next version of deposition ${previous}: Zenodo answered deposition ${draft.id}, no new draft.`
  throw new Failure('zenodo_unexpected_answer', text, {
    details: { verb: 'new_version', deposition: previous, answered: draft.id, ambiguous: true },
  })
}

function requireApi(baseUrl: string): string {
  if (URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol)) return apiRoot(baseUrl)
  throw new Failure('config_invalid', 'zenodo.url is not an http(s) address.')
}

function requireToken(token: string): string {
  const trimmed = token.trim()
  if (/^[\x21-\x7e]*$/.test(trimmed)) return trimmed
  throw new Failure('config_invalid', 'zenodo.token holds characters that no token has.')
}

function nothing(): void {}
