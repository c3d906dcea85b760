/** How is the emulator told to misbehave? Faults wait for requests that match them. */
import { z } from 'zod'
import { HttpError } from '../http-answer.ts'

const count = z.number().int().min(0)

const faultSchema = z.strictObject({
  match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }).default({}),
  times: count.default(1),
  skip: count.default(0),
  delayMs: count.default(0),
  commit: z.boolean().default(false),
  afterBytes: count.optional(),
  status: z.number().int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  body: z.unknown().optional(),
  drop: z.boolean().default(false),
})

/** How the request ends that a fault hits. */
type FaultEnd =
  | { readonly kind: 'normal' }
  | { readonly kind: 'drop' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string | number>>
      readonly body: unknown
    }

/** A fault in force. */
export interface Fault {
  readonly id: number
  /** Milliseconds to wait: before the answer when the real thing is done, else before anything. */
  readonly delayMs: number
  /** Do the real thing before failing. Wins over `afterBytes`, because the real thing needs the whole body. */
  readonly commit: boolean
  /** Let so many bytes of the request body come before failing. */
  readonly afterBytes: number | undefined
  readonly end: FaultEnd
}

/** A fault as the control interface lists it. */
interface FaultStatus {
  readonly id: number
  readonly used: number
  readonly given: z.infer<typeof faultSchema>
}

/** The faults in force, oldest first. */
export interface FaultList {
  /** Adds a fault from its JSON. @throws HttpError 400 that says what is wrong with it. */
  add(body: unknown): FaultStatus
  list(): readonly FaultStatus[]
  clear(): void
  /** The oldest fault that fits and has `times` left; it is used up by this. `path` includes the query. */
  take(method: string, path: string): Fault | undefined
}

interface ArmedFault {
  readonly fault: Fault
  readonly given: z.infer<typeof faultSchema>
  readonly fits: (method: string, path: string) => boolean
  skipsLeft: number
  used: number
}

/** A list without faults. */
export function createFaultList(): FaultList {
  let faults: ArmedFault[] = []
  let nextId = 1
  const isSpent = ({ given, used }: ArmedFault): boolean => given.times > 0 && used >= given.times
  return {
    add(body) {
      const armed = arm(nextId++, body)
      faults.push(armed)
      return status(armed)
    },
    list: () => faults.map(status),
    clear() {
      faults = []
    },
    take(method, path) {
      for (const armed of faults) {
        if (isSpent(armed) || !armed.fits(method, path)) continue
        if (armed.skipsLeft > 0) {
          armed.skipsLeft -= 1
          continue
        }
        armed.used += 1
        return armed.fault
      }
      return undefined
    },
  }
}

function status({ fault, given, used }: ArmedFault): FaultStatus {
  return { id: fault.id, used, given }
}

function arm(id: number, body: unknown): ArmedFault {
  const parsed = faultSchema.safeParse(body)
  if (!parsed.success) throw refused(z.prettifyError(parsed.error))
  const given = parsed.data
  const { delayMs, commit, afterBytes } = given
  const end = endOf(given)
  if (end.kind === 'normal' && delayMs === 0) {
    throw refused('it does nothing; give at least one of delayMs, commit, afterBytes, status, body, drop')
  }
  return {
    fault: { id, delayMs, commit, afterBytes, end },
    given,
    fits: matcher(given.match),
    skipsLeft: given.skip,
    used: 0,
  }
}

function refused(reason: string): HttpError {
  const accepted = Object.keys(faultSchema.shape).join(', ')
  return new HttpError(400, `This fault was refused: ${reason}. Accepted names: ${accepted}.`)
}

function matcher({ method, path }: { method?: string | undefined; path?: string | undefined }): ArmedFault['fits'] {
  const pattern = path === undefined ? undefined : compile(path)
  return (actualMethod, actualPath) =>
    (method === undefined || method.toUpperCase() === actualMethod) && (pattern?.test(actualPath) ?? true)
}

function compile(path: string): RegExp {
  try {
    return new RegExp(path)
  } catch (error) {
    if (error instanceof SyntaxError) throw refused(`match.path is no regular expression (${error.message})`)
    throw error
  }
}

/** Without a status, `commit` or a body mean 500, and `afterBytes` alone means a cut connection. */
function endOf(given: z.infer<typeof faultSchema>): FaultEnd {
  const { status, body, headers, commit, afterBytes, drop } = given
  if (drop) return { kind: 'drop' }
  const fails = status !== undefined || body !== undefined || commit || Object.keys(headers).length > 0
  if (fails) return { kind: 'answer', status: status ?? 500, headers, body }
  return afterBytes === undefined ? { kind: 'normal' } : { kind: 'drop' }
}
