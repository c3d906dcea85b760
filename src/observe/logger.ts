/** Where do log lines go, and in which form? JSON on standard error, or readable lines when a person watches a terminal. */
import pino, { type DestinationStream, type Logger } from 'pino'
import { redact } from '../core/redact.ts'

export interface LogSettings {
  /** Least urgent level that is written. */
  readonly level: string
  /** Readable lines instead of JSON. */
  readonly pretty: boolean
  /** Default: standard error. */
  readonly destination?: DestinationStream
}

/** Keys whose values are never written, wherever they turn up. */
const hidden = ['token', 'authorization', 'Authorization', 'cookie', 'password', 'source', 'access_token']

export async function createLogger({ level, pretty, destination }: LogSettings): Promise<Logger> {
  // synchronous, so that the last line before an exit is written too
  const to = destination ?? pino.destination({ dest: 2, sync: true })
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: hidden.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '…' },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { logMethod: withoutSecrets },
  }
  if (!pretty) return pino(options, to)
  // the formatter alone: the package's own stream would lose the last lines of a process that exits
  const { prettyFactory } = await import('pino-pretty')
  const format = prettyFactory({ ignore: 'pid', translateTime: 'SYS:HH:MM:ss', singleLine: true, colorize: !plain() })
  return pino(options, { write: (line) => void to.write(format(line)) })
}

/** NO_COLOR and its kin, as Node reads them (`stream.hasColors`). */
function plain(): boolean {
  return process.stderr.isTTY !== true || !process.stderr.hasColors()
}

/** Texts may quote addresses with signatures; those are cut out of every line, whoever wrote it. */
function withoutSecrets(
  this: Logger,
  args: Parameters<pino.LogFn>,
  method: (...args: Parameters<pino.LogFn>) => void,
): void {
  const clean = args.map((arg: unknown) => (typeof arg === 'string' ? redact(arg) : cleanStrings(arg)))
  method.apply(this, clean as unknown as Parameters<pino.LogFn>)
}

function cleanStrings(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? redact(item) : item]),
  )
}
