/** How does `enqueue --ndjson` go? File after file, line after line, with what became of them added up. */
import { createReadStream } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { App } from '../app.ts'
import { asFailure, Failure, isFailure } from '../core/failure.ts'
import type { LineDefaults } from '../replication/enqueue-lines.ts'
import { addLine, type LineTally, newTally } from '../replication/line-tally.ts'
import type { Context, Given } from './command.ts'
import type { EnqueueOptions } from './enqueue-all.ts'
import { exitCodes } from './exit-codes.ts'
import type { Output, Result } from './output.ts'
import { requireReadable } from './read-streams.ts'
import { withApp } from './with-app.ts'

/** @throws Failure `manifest_invalid` when not one line was accepted; what stops the whole, with what is in by then in `details` */
export async function enqueueStreams(context: Context, { args, options }: Given<EnqueueOptions>): Promise<Result> {
  const { output } = context
  if (context.server !== null) {
    throw new Failure(
      'bad_request',
      'enqueue --ndjson works on the database only, not with --server: send the lines to POST /api/v1/copies/lines instead.',
    )
  }
  const { config } = context.settings()
  const tally = newTally()
  for (const name of args) await requireReadable(name, 'Nothing was enqueued.')
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
  readonly tally: LineTally
  readonly shown: Counter
}

async function enqueueStream(app: App, { name, defaults, tally, shown }: Stream): Promise<void> {
  const file = name === '-' ? 'standard input' : name
  const source: Readable = name === '-' ? process.stdin : createReadStream(name)
  try {
    for await (const results of app.enqueueLines(source, defaults)) {
      for (const result of results) addLine(tally, file, result)
      shown.show(tally)
    }
  } catch (error) {
    throw brokenOff(error, file, tally)
  }
}

function withLine(line: number, message: string): string {
  return message.startsWith('Line ') ? message : `Line ${line}: ${message}`
}

function inWords({ lines, created, existing, replaced, refused }: LineTally): string {
  const told = [`${lines} ${lines === 1 ? 'line' : 'lines'}: ${created} ${created === 1 ? 'copy' : 'copies'} enqueued`]
  if (existing > 0) told.push(`${existing} were there already`)
  if (replaced > 0) told.push(`${replaced} stored ${replaced === 1 ? 'manifest was' : 'manifests were'} replaced`)
  if (refused > 0) told.push(`${refused} ${refused === 1 ? 'line' : 'lines'} refused`)
  return told.join(', ')
}

function nothingAccepted(tally: LineTally): Failure {
  const [first] = tally.firstRefused
  const where = first ? ` ${first.file}: ${withLine(first.line, first.error.message)}` : ''
  const text = `None of the ${tally.refused} lines was accepted, so nothing was enqueued.${where}`
  return new Failure('manifest_invalid', text, { details: { ...tally } })
}

/** What was accepted stays, and is said. */
function brokenOff(error: unknown, file: string, tally: LineTally): Failure {
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
  show(tally: LineTally): void
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
