/** How does a person see copies move? Bars on a terminal, otherwise one plain line for each step. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import prettyBytes from 'pretty-bytes'
import prettyMs from 'pretty-ms'
import type { Copy } from '../core/copy.ts'
import { redact } from '../core/redact.ts'
import type { ServiceEvent } from '../replication/events.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { Output } from './output.ts'

export interface Progress {
  /** From the worker of this process. */
  event(event: ServiceEvent): void
  /** A copy as the table shows it, when another process works on it. */
  seen(copy: CopyView): void
  /** Ends the bars; lines may be written again. */
  close(): void
}

export function createProgress(output: Pick<Output, 'interactive' | 'talk'>): Progress {
  return output.interactive ? createBars() : createLines(output.talk)
}

function nameOf(copy: Copy): string {
  return `copy ${copy.id}, ${copy.type} of version ${copy.version.number} of ${copy.dataset.doi}`
}

/** What deserves a line of its own in either form; null for everything else. */
function wordsFor(event: ServiceEvent): string | null {
  switch (event.kind) {
    case 'copy.error':
      return `${nameOf(event.copy)}: error (${event.failure.code}): ${event.failure.message}`
    case 'copy.retry':
      return `${nameOf(event.copy)}: again in ${prettyMs(event.delayMs)} (${event.failure.code}): ${event.failure.message}`
    case 'file.retry':
      return `${event.path}: tried again (${event.failure.code}): ${event.failure.message}`
    case 'copy.released':
      return `${nameOf(event.copy)}: put back (${event.reason})`
    case 'lease.waiting':
      return `waiting for the lease, last held by ${event.holder ?? 'nobody'}`
    case 'worker.trouble':
    case 'breaker.opened':
      return `trouble (${event.failure.code}): ${event.failure.message}`
    default:
      return null
  }
}

function createLines(talk: (line: string) => void): Progress {
  const seen = new Map<number, string>()
  return {
    event(event) {
      const words = wordsFor(event) ?? milestone(event)
      if (words !== null) talk(redact(words))
    },
    seen(copy) {
      const words = copy.state === 'replicating' ? `step ${copy.step ?? 'create'}` : copy.state
      if (seen.get(copy.id) !== words) talk(`${nameOf(copy)}: ${words}`)
      seen.set(copy.id, words)
    },
    close() {},
  }
}

function milestone(event: ServiceEvent): string | null {
  switch (event.kind) {
    case 'step.finished':
      return `${nameOf(event.copy)}: ${event.step} done in ${prettyMs(event.durationMs)}`
    case 'copy.finished':
      return `${nameOf(event.copy)}: finished${event.copy.recordUrl === null ? '' : `, ${event.copy.recordUrl}`}`
    default:
      return null
  }
}

const format = '{name} {bar} {percentage}% {done}/{size} {step}'

interface CopyBar {
  readonly bar: SingleBar
  /** Bytes of each file of this run. */
  readonly files: Map<string, number>
}

function createBars(): Progress {
  const bars = new MultiBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: false, barsize: 24, forceRedraw: true },
    Presets.shades_classic,
  )
  const copies = new Map<number, CopyBar>()
  /** More bars than the terminal has lines would run away; the oldest that is through makes room. */
  const makeRoom = () => {
    if (copies.size < Math.max(4, (process.stderr.rows ?? 24) - 8)) return
    const through = [...copies].find(([, { bar }]) => bar.getProgress() === 1)
    if (!through) return
    bars.remove(through[1].bar)
    copies.delete(through[0])
  }
  const barOf = (copy: Copy): CopyBar => {
    const known = copies.get(copy.id)
    if (known) return known
    makeRoom()
    const name = `${String(copy.id).padStart(4)} ${copy.type.padEnd(16)} v${copy.version.number} ${copy.dataset.doi}`
    const payload = { name, done: prettyBytes(0), size: prettyBytes(copy.bytesTotal), step: '' }
    const made = { bar: bars.create(Math.max(1, copy.bytesTotal), 0, payload), files: new Map<string, number>() }
    copies.set(copy.id, made)
    return made
  }
  const show = (copy: Copy, bytes: number | null, step: string) => {
    const { bar } = barOf(copy)
    if (bytes === null) bar.update({ step })
    else bar.update(Math.min(bytes, Math.max(1, copy.bytesTotal)), { step, done: prettyBytes(bytes) })
  }
  return {
    event(event) {
      const words = wordsFor(event)
      if (words !== null) bars.log(`${redact(words)}\n`)
      move(event, { barOf, show })
    },
    seen(copy) {
      const step = copy.state === 'replicating' ? (copy.step ?? 'create') : copy.state
      show(copy, copy.state === 'finished' ? Math.max(1, copy.bytesTotal) : copy.bytesDone, step)
    },
    close() {
      bars.stop()
    },
  }
}

interface Bars {
  readonly barOf: (copy: Copy) => CopyBar
  readonly show: (copy: Copy, bytes: number | null, step: string) => void
}

function move(event: ServiceEvent, { barOf, show }: Bars): void {
  switch (event.kind) {
    case 'step.started':
      show(event.copy, null, event.step)
      break
    case 'file.progress': {
      const { files } = barOf(event.copy)
      files.set(event.path, event.bytes)
      const bytes = [...files.values()].reduce((sum, some) => sum + some, 0)
      show(event.copy, bytes, 'upload')
      break
    }
    case 'copy.finished':
      show(event.copy, Math.max(1, event.copy.bytesTotal), 'finished')
      break
    case 'copy.error':
    case 'copy.retry':
    case 'copy.released':
      show(event.copy, null, event.kind === 'copy.error' ? 'error' : 'waiting')
      break
    default:
  }
}
