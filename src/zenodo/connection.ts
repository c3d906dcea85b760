/** How is the service connected to Zenodo, whichever of its APIs it speaks? One pacer, one agent, one way to ask. */
import { Failure, isFailure } from '../core/failure.ts'
import type { Depositions } from '../replication/ports/depositions.ts'
import { apiRoot } from './addresses.ts'
import { createCallTally } from './call-tally.ts'
import { createConnections } from './connections.ts'
import { createPacer, type Pacer } from './pacer.ts'
import { call } from './repeat.ts'
import type { CallEvent, Wire } from './request.ts'
import type { ZenodoRequest } from './requests.ts'
import { type Answer, jsonOf } from './responses.ts'

export interface DepositionsOptions {
  /** Origin of Zenodo, with or without a trailing slash or `/api`. */
  readonly baseUrl: string
  /** Asked for each request, as a token may be renewed while the service runs. */
  readonly token: () => string
  readonly userAgent: string
  /** Where pacing starts; Zenodo's own headers take over. */
  readonly requestsPerMinute: number
  readonly requestsPerHour: number
  /** Called before every request, and once more when a call is written to its connection; throws when the lease is not trusted. */
  readonly guard: () => void
  /** Hears of every request; the service's own `Emit` fits. */
  readonly emit: (event: CallEvent) => void
  /** No progress for so long is a failure, and so is a call that takes ten times as long in all. */
  readonly stallMs: number
  /** More tries of repeatable calls, default 5. */
  readonly retries?: number
  /** First wait between tries, doubled and jittered from then on; default 1000. */
  readonly retryBaseMs?: number
  /** Shared with another client of the same account; default: one of its own. */
  readonly pacer?: Pacer
}

/** An answer that comes a byte at a time, or one "102 Processing" after the other, must not hold its copy for ever. */
const stallsInAll = 10

/** What the clients of both APIs are made of. */
export interface Connection {
  /** Root of the API, without a slash at the end. */
  readonly api: string
  readonly wire: Wire
  /** Makes a call, again while that is safe, and tells a refused token from a refusal. */
  ask<T>(request: ZenodoRequest, read: (answer: Answer) => T, signal: AbortSignal): Promise<T>
  /** The same for work of several calls. */
  settled<T>(work: Promise<T>, signal: AbortSignal): Promise<T>
  /** What both clients offer as it is. */
  readonly same: Pick<Depositions, 'isHeldUp' | 'health' | 'probe'> & { close(): Promise<void> }
}

/**
 * Connects nothing yet: the first request does.
 * @throws Failure `config_invalid` for a base URL or token that no request could be made with.
 */
export function connect(
  options: DepositionsOptions,
  how: { readonly accept: string; readonly probe: (api: string) => ZenodoRequest },
): Connection {
  const api = requireApi(options.baseUrl)
  const tally = createCallTally(options.emit)
  const wire = wireOf({ ...options, emit: tally.emit }, how.accept)
  const { pacer } = wire
  const probe = (signal: AbortSignal) => call(wire, how.probe(api), jsonOf, signal)
  return {
    api,
    wire,
    ask: (request, read, signal) => settled(call(wire, request, read, signal), probe, signal),
    settled: (work, signal) => settled(work, probe, signal),
    same: {
      isHeldUp: pacer.isHeldUp,
      health: () => ({ rateLimit: pacer.rateLimits(), heldUp: pacer.isHeldUp(), ...tally.view() }),
      probe: async (signal) => void (await probe(signal)),
      close: () => wire.connections.close(),
    },
  }
}

function wireOf(options: DepositionsOptions, accept: string): Wire {
  const { requestsPerMinute, requestsPerHour, stallMs } = options
  requireToken(options.token())
  return {
    get token() {
      return requireToken(options.token())
    },
    userAgent: options.userAgent,
    accept,
    connections: createConnections(stallMs, options.guard),
    longestMs: stallMs * stallsInAll,
    pacer: options.pacer ?? createPacer({ perMinute: requestsPerMinute, perHour: requestsPerHour }),
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

/** What a call gives, or `instead` when what it is about is not there. */
export async function orIfMissing<T, U>(work: Promise<T>, instead: U): Promise<T | U> {
  try {
    return await work
  } catch (error) {
    if (isFailure(error, 'zenodo_deposition_missing')) return instead
    throw error
  }
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

/** For answers whose content does not matter, but for a page: that is a front end's, and nothing may have been done. */
export function nothing(answer: Answer): void {
  if (answer.body !== '') jsonOf(answer)
}
