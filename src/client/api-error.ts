/** How is a refusal or a failure of the service told to a program that uses the client? */

/** What was refused or failed, as the service told it, or as the way to it failed. */
export class ApiError extends Error {
  /** HTTP status; 0: there was no answer. */
  readonly status: number
  /** As docs/states.md lists them; `unreachable` or `timeout` when there was no answer. */
  readonly code: string
  /** What can be done about it. */
  readonly hint: string
  /** Under which the log of the service knows the request; empty when it did not answer. */
  readonly requestId: string
  /** All that the answer said, such as `problems`, each with `path`, `found` and `accepted`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, details: Readonly<Record<string, unknown>>, options?: ErrorOptions) {
    super(textOf(details.detail) || `The service answered ${status}.`, options)
    this.name = 'ApiError'
    this.status = status
    this.code = textOf(details.code) || 'unexpected_answer'
    this.hint = textOf(details.hint)
    this.requestId = textOf(details.requestId)
    this.details = details
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** There was no answer. */
export function noAnswer(url: string, cause: unknown): ApiError {
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
  const { code } = (cause as { readonly cause?: { readonly code?: string } }).cause ?? {}
  const why = isTimeout ? 'it did not answer in time' : (code ?? String(cause))
  const details = {
    code: isTimeout ? 'timeout' : 'unreachable',
    detail: `The service at ${new URL(url).origin} cannot be reached: ${why}.`,
    hint: 'Look whether `zenodo-replicator serve` runs there, and whether the address is right.',
  }
  return new ApiError(0, details, { cause })
}

/** An answer with a status of 400 or more. */
export async function refusalOf(answer: Response): Promise<ApiError> {
  const text = await answer.text().catch(() => '')
  return new ApiError(answer.status, problemIn(text))
}

function problemIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const problem: unknown = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? { ...problem } : {}
  } catch {
    // of a proxy on the way
    return { detail: text.slice(0, 200) }
  }
}
