/** How does `enqueue --ndjson` go? File after file, line after line, with what became of them added up. */
import { constants, createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { App } from '../app.ts'
import { asFailure, Failure, isFailure } from '../core/failure.ts'
import type { LineDefaults, LineResult } from '../replication/enqueue-lines.ts'
import type { Context, Given } from './command.ts'
import type { EnqueueOptions } from './enqueue-all.ts'
import { exitCodes } from './exit-codes.ts'
import type { Output, Result } from './output.ts'
import { withApp } from './with-app.ts'

/** As many refused lines are listed; the others are counted. */
const listedAtMost = 100

interface Refused {
  readonly file: string
  readonly line: number
  readonly error: { readonly code: string; readonly message: string; readonly hint: string }
}

interface Tally {
  /** That held a document. */
  lines: number
  accepted: number
  /** Copies that are new, and copies that were there already. */
  created: number
  existing: number
  /** Manifests that took the place of another one stored for their version. */
  replaced: number
  refused: number
  readonly firstRefused: Refused[]
}

/** @throws Failure `manifest_invalid` when not one line was accepted; what stops the whole, with what is in by then in `details` */
export async function enqueueStreams(context: Context, { args, options }: Given<EnqueueOptions>): Promise<Result> {
  const { output } = context
  const { config } = context.settings()
  const tally: Tally = { lines: 0, accepted: 0, created: 0, existing: 0, replaced: 0, refused: 0, firstRefused: [] }
  for (const name of args) await requireReadable(name)
  const shown = createCounter(output)
  await withApp(config, 'write', async (app) => {
    for (const name of args)
      await enqueueStream(app, { name, tally, shown, defaults: defaultsOf(name, context, options) })
  }).finally(() => shown.end())
  for (const { file, line, error } of tally.firstRefused) output.talk(`${file}: ${withLine(line, error.message)}`)
  const unlisted = tally.refused - tally.firstRefused.length
  if (unlisted > 0) output.talk(`… and ${unlisted} more refused lines`)
  if (tally.refused > 0 && tally.accepted === 0) throw nothingAccepted(tally)
  output.talk(inWords(tally))
  return { data: tally, exitCode: tally.refused > 0 ? exitCodes.copiesFailed : exitCodes.done }
}

/** Asked first, so that a wrong name leaves the other files out as well. */
async function requireReadable(name: string): Promise<void> {
  if (name === '-') return
  await access(name, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('bad_request', `${name} cannot be read (${error.code}). Nothing was enqueued.`)
  })
}

function defaultsOf(name: string, context: Context, options: EnqueueOptions): LineDefaults {
  return {
    types: options.type ?? null,
    publish: options.publish ?? false,
    priority: options.priority ?? null,
    runAfter: options.at ?? null,
    fileRoot: name === '-' ? null : dirname(resolve(name)),
    requestedBy: context.actorName,
  }
}

interface Stream {
  readonly name: string
  readonly defaults: LineDefaults
  readonly tally: Tally
  readonly shown: Counter
}

async function enqueueStream(app: App, { name, defaults, tally, shown }: Stream): Promise<void> {
  const file = name === '-' ? 'standard input' : name
  const source: Readable = name === '-' ? process.stdin : createReadStream(name)
  try {
    for await (const results of app.enqueueLines(source, defaults)) {
      for (const result of results) add(tally, file, result)
      shown.show(tally)
    }
  } catch (error) {
    throw brokenOff(error, file, tally)
  }
}

function add(tally: Tally, file: string, result: LineResult): void {
  tally.lines += 1
  if (result.status === 'refused') {
    const { code, message, hint } = result.failure
    tally.refused += 1
    if (tally.firstRefused.length < listedAtMost) {
      tally.firstRefused.push({ file, line: result.line, error: { code, message, hint } })
    }
    return
  }
  const created = result.copies.filter((one) => one.created).length
  tally.accepted += 1
  tally.created += created
  tally.existing += result.copies.length - created
  if (result.replaced) tally.replaced += 1
}

function withLine(line: number, message: string): string {
  return message.startsWith('Line ') ? message : `Line ${line}: ${message}`
}

function inWords({ lines, created, existing, replaced, refused }: Tally): string {
  const told = [`${lines} ${lines === 1 ? 'line' : 'lines'}: ${created} ${created === 1 ? 'copy' : 'copies'} enqueued`]
  if (existing > 0) told.push(`${existing} were there already`)
  if (replaced > 0) told.push(`${replaced} stored ${replaced === 1 ? 'manifest was' : 'manifests were'} replaced`)
  if (refused > 0) told.push(`${refused} ${refused === 1 ? 'line' : 'lines'} refused`)
  return told.join(', ')
}

function nothingAccepted(tally: Tally): Failure {
  const [first] = tally.firstRefused
  const where = first ? ` ${first.file}: ${withLine(first.line, first.error.message)}` : ''
  const text = `None of the ${tally.refused} lines was accepted, so nothing was enqueued.${where}`
  return new Failure('manifest_invalid', text, { details: { ...tally } })
}

/** What was accepted stays, and is said. */
function brokenOff(error: unknown, file: string, tally: Tally): Failure {
  const { code } = error as NodeJS.ErrnoException
  const isReading = !isFailure(error) && (error as NodeJS.ErrnoException).syscall !== undefined
  const failure = isReading ? new Failure('bad_request', `${file} cannot be read (${code}).`) : asFailure(error)
  const soFar = tally.lines === 0 ? 'Nothing was enqueued' : `Before that: ${inWords(tally)}`
  const text = `${failure.message} ${soFar}. Sent again, what is there already is found.`
  return new Failure(failure.code, text, {
    cause: failure,
    hint: failure.hint,
    details: { ...failure.details, ...tally },
  })
}

interface Counter {
  show(tally: Tally): void
  end(): void
}

/** One line on a terminal, written over and over. */
function createCounter({ interactive }: Pick<Output, 'interactive'>): Counter {
  if (!interactive) return { show: () => {}, end: () => {} }
  const { stderr } = process
  return {
    show: (tally) => void stderr.write(`\r\u001B[K${inWords(tally)}`),
    end: () => void stderr.write('\r\u001B[K'),
  }
}
