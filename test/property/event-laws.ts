/** Does the event log tell the whole story of each copy, and does it tell of the right order? */
import type { Facts, Happening, Line, Row } from './facts.ts'
import { Violation } from './violation.ts'

/** Event → state after it, by the states before it: docs/states.md, written down once more. */
const moves: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  enqueued: { none: 'enqueued' },
  claimed: { enqueued: 'replicating' },
  finished: { replicating: 'finished' },
  error: { replicating: 'error' },
  retry: { replicating: 'enqueued' },
  released: { replicating: 'enqueued' },
  rescued: { replicating: 'enqueued' },
  requeue: { enqueued: 'enqueued', error: 'enqueued', cancelled: 'enqueued' },
  defer: { enqueued: 'deferred', error: 'deferred' },
  resume: { deferred: 'enqueued' },
  cancel: { enqueued: 'cancelled', error: 'cancelled', deferred: 'cancelled' },
}

/** The most runs that may fail before a person is asked. */
const attempts = 4

export function requireStories({ lines, outbox }: Facts): void {
  for (const line of lines) {
    for (const row of line.rows) {
      requireStory(row)
      requireAttempts(row)
      if (row.state === 'finished') requireSettled(row)
      requireMessages(row, outbox)
    }
    requireOrder(line)
  }
}

function named(row: Row): string {
  return `copy ${row.id} (${row.type} of version ${row.version})`
}

function stateAfter(state: string, event: Happening): string | undefined {
  const move = moves[event.kind]
  return move === undefined ? state : move[state]
}

function requireStory(row: Row): void {
  let state = 'none'
  for (const event of row.events) {
    const next = stateAfter(state, event)
    if (next === undefined)
      throw new Violation('each event follows from those before', `${named(row)}: ${event.kind} when ${state}`)
    state = next
  }
  if (state !== row.state)
    throw new Violation('the events tell the state', `${named(row)} is ${row.state}, told as ${state}`)
}

function requireAttempts(row: Row): void {
  let runs = 0
  for (const event of row.events) {
    if (event.kind === 'requeue' || event.kind === 'resume') runs = 0
    if (['retry', 'error', 'finished'].includes(event.kind)) runs += 1
    if (runs > attempts) throw new Violation('attempts keep their bound', `${named(row)} ran ${runs} times`)
  }
  if (row.retries > attempts) throw new Violation('attempts keep their bound', `${named(row)} counts ${row.retries}`)
}

/** A call that was announced has come to a known end, at the latest when the copy is finished. */
function requireSettled(row: Row): void {
  const open = new Map<string, unknown>()
  for (const { kind, data } of row.events) {
    const key = `${data.operation} ${data.depositionId}`
    if (kind === 'intent') open.set(key, data)
    if (kind === 'intent_settled') open.delete(key)
  }
  if (open.size > 0) throw new Violation('each announced call is settled', `${named(row)}: ${[...open.keys()]}`)
}

function requireMessages(row: Row, outbox: Facts['outbox']): void {
  for (const [event, kind] of [
    ['finished', 'copy.finished'],
    ['error', 'copy.error'],
  ] as const) {
    const told = outbox.filter((message) => message.copyId === row.id && message.kind === kind).length
    const happened = row.events.filter((one) => one.kind === event).length
    if (told !== happened)
      throw new Violation('the repository is told of each end once', `${named(row)}: ${kind} ${told}, not ${happened}`)
  }
}

/** No copy starts before all earlier ones that had come in were finished or cancelled, and no two run at a time. */
function requireOrder({ rows }: Line): void {
  const all = rows
    .flatMap((row) => row.events.map((event) => ({ row, event })))
    .toSorted((a, b) => a.event.id - b.event.id)
  const states = new Map<Row, string>()
  for (const { row, event } of all) {
    if (event.kind === 'claimed') {
      for (const [other, state] of states) {
        const ahead = other.position < row.position && !['finished', 'cancelled'].includes(state)
        if (other !== row && (ahead || state === 'replicating')) {
          throw new Violation('the order is kept', `${named(row)} started while ${named(other)} was ${state}`)
        }
      }
    }
    states.set(row, stateAfter(states.get(row) ?? 'none', event) ?? 'none')
  }
}
