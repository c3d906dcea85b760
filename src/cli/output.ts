/** What is written where? Standard output carries data only: a table or one JSON document. All talk goes to standard error. */
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'

/** What a command hands back: the same facts for machines and for people. */
export interface Result {
  /** `data` of the envelope. Undefined: the command has written what there was to write. */
  readonly data?: unknown
  readonly text?: string
  /** Default: 0, done. */
  readonly exitCode?: number
}

export interface Output {
  readonly json: boolean
  /** Columns of the terminal, or null when standard output is none. */
  readonly columns: number | null
  /** Whether a person watches standard error on a terminal. */
  readonly interactive: boolean
  /** A line for people, on standard error. */
  talk(line: string): void
  result(result: Result): void
  failure(failure: Failure): void
  /** A line of data that is neither an envelope nor a table. */
  line(text: string): void
}

export function createOutput(json: boolean): Output {
  const { stdout, stderr } = process
  stdout.on('error', endOnClosedPipe)
  const out = (text: string) => stdout.write(harmless(text.endsWith('\n') ? text : `${text}\n`))
  const talk = (line: string) => stderr.write(harmless(`${line}\n`))
  return {
    json,
    columns: stdout.isTTY ? stdout.columns : null,
    interactive: stderr.isTTY === true,
    talk,
    line: out,
    result({ data, text }) {
      if (json && data !== undefined) out(JSON.stringify({ ok: true, data }, null, 2))
      else if (!json && text !== undefined && text !== '') out(text)
    },
    failure(failure) {
      const { code, hint, details } = failure
      const message = redact(failure.message)
      if (json) out(JSON.stringify({ ok: false, error: { code, message, hint, details } }, null, 2))
      else for (const line of inWords(failure, message)) talk(line)
    },
  }
}

/** What came from outside may hold characters that a terminal obeys. Of those, colours are left; in JSON the others are escaped. */
function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t](?:\[[\d;]*m)?/gu, (found) =>
    found.startsWith('\u001b[') ? found : found.slice(1),
  )
}

/** Whoever reads our output may stop reading (`list | head`): that is no error of ours. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

function inWords(failure: Failure, message: string): string[] {
  const problems = problemsOf(failure.details)
  const listed = problems.length > 1 || !problems.every((problem) => message.includes(problem)) ? problems : []
  return [`error: ${message}`, ...listed.map((problem) => `  - ${problem}`), `hint: ${failure.hint} (${failure.code})`]
}

function problemsOf({ problems }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(problems)) return []
  return problems.map((problem: { message?: unknown }) => redact(String(problem.message ?? problem)))
}
