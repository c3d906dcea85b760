/** What is worth a line in the log, how urgent is it, and in which words? One table over all events. */
import type { Logger } from 'pino'
import type { Copy } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import type { ServiceEvent } from '../replication/events.ts'

type Level = 'debug' | 'info' | 'warn' | 'error'
type Kind = ServiceEvent['kind']
type Of<K extends Kind> = Extract<ServiceEvent, { kind: K }>

/** A line: facts first, then a short sentence. Null: not worth one. */
type Line = readonly [Level, Readonly<Record<string, unknown>>, string] | null

/** info: a state changed · warn: it will be tried again · error: a person must look · debug: single calls. */
const lines: { readonly [K in Kind]: (event: Of<K>) => Line } = {
  'copy.enqueued': ({ copy }) => ['info', about(copy), 'copy enqueued'],
  'copy.claimed': ({ copy, term }) => ['info', { ...about(copy), term, attempt: copy.attempts + 1 }, 'copy claimed'],
  'step.started': ({ copy, step }) => ['debug', { ...about(copy), step }, 'step started'],
  'step.finished': ({ copy, step, durationMs }) => [
    'info',
    { ...about(copy), step, duration_ms: Math.round(durationMs) },
    'step finished',
  ],
  'file.progress': () => null,
  'file.sent': ({ copy, path, size, durationMs }) => [
    'info',
    { ...about(copy), step: 'upload', path, size, duration_ms: Math.round(durationMs) },
    'file sent',
  ],
  'file.retry': ({ path, attempt, failure }) => ['warn', { path, attempt, ...why(failure) }, 'file is tried again'],
  'copy.finished': ({ copy }) => ['info', { ...about(copy), doi: copy.doi, url: copy.recordUrl }, 'copy finished'],
  'copy.retry': ({ copy, failure, delayMs }) => [
    'warn',
    { ...about(copy), step: copy.step, ...why(failure), delay_ms: delayMs },
    'copy failed and is tried again later',
  ],
  'copy.error': ({ copy, failure }) => [
    'error',
    { ...about(copy), step: copy.step, ...why(failure), hint: failure.hint },
    'copy is in error: a person must look',
  ],
  'copy.released': ({ copy, reason }) => [
    reason === 'shutdown' ? 'info' : 'warn',
    { ...about(copy), step: copy.step, reason },
    'copy put back where it stands',
  ],
  'copies.rescued': ({ ids, term }) => ['warn', { ids, term }, 'copies of a former leader taken back'],
  'order.repaired': ({ families }) => ['warn', { families }, 'the stored order of copies was wrong, and is put right'],
  'events.archived': ({ events }) => ['info', { events }, 'old events moved from the database to the archive'],
  'orphan.removed': ({ copyId, depositionId }) => [
    'warn',
    { copy_id: copyId, deposition_id: depositionId },
    'draft deleted that a lost answer had left at Zenodo',
  ],
  'orphan.kept': ({ copyId, depositionId, failure }) => [
    'warn',
    { copy_id: copyId, deposition_id: depositionId, ...why(failure) },
    'draft of a lost answer could not be deleted; it is tried again later',
  ],
  'lease.acquired': ({ term, host }) => ['info', { term, host }, 'this worker leads'],
  'lease.waiting': ({ holder }) => ['info', { holder }, 'another worker leads; waiting for the lease'],
  'lease.lost': ({ term, reason }) => ['error', { term, reason }, 'the lease is lost; this worker stops'],
  'lease.released': ({ term }) => ['info', { term }, 'the lease is let go'],
  'worker.ready': ({ host, slots }) => ['info', { host, slots }, 'worker ready'],
  'worker.stopping': ({ reason }) => ['info', { reason }, 'worker stops: running copies are put back where they stand'],
  'worker.stopped': () => ['info', {}, 'worker stopped'],
  'worker.trouble': ({ failure }) => ['warn', why(failure), 'trouble; the worker goes on'],
  'breaker.opened': ({ failure }) => [
    'error',
    { ...why(failure), hint: failure.hint },
    'Zenodo is out of order: no copy is claimed until it answers again',
  ],
  'breaker.closed': () => ['info', {}, 'Zenodo answers again: copies are claimed'],
  'message.delivered': ({ channel, message, durationMs }) => [
    'info',
    { ...told(channel, message), duration_ms: Math.round(durationMs) },
    'message delivered',
  ],
  'message.failed': ({ channel, message, failure, delayMs }) =>
    delayMs === null
      ? [
          'error',
          { ...told(channel, message), ...why(failure), hint: failure.hint },
          'message not delivered: it is a dead letter now',
        ]
      : [
          'warn',
          { ...told(channel, message), ...why(failure), delay_ms: Math.round(delayMs) },
          'message not delivered; it is tried again',
        ],
  'receiver.lost': ({ channel, failure }) => [
    'error',
    { channel, ...why(failure), hint: failure.hint },
    'messages cannot be delivered: an incident',
  ],
  'receiver.back': ({ channel }) => ['info', { channel }, 'messages are delivered again'],
  'messages.retired': ({ messages }) => ['info', { messages }, 'old messages deleted'],
  'settings.reloaded': ({ tokenRenewed, restart }) =>
    restart.length === 0
      ? ['info', { token_renewed: tokenRenewed }, 'settings read again']
      : ['warn', { token_renewed: tokenRenewed, restart }, 'settings read again: these take effect with a restart'],
  'settings.refused': ({ failure }) => ['error', why(failure), 'settings read again and refused: nothing has changed'],
  'zenodo.call': ({ method, path, status, durationMs }) => [
    'debug',
    { method, path, status, duration_ms: Math.round(durationMs) },
    'call to Zenodo',
  ],
}

/** A listener that writes events to the log. */
export function logEvents(logger: Logger): (event: ServiceEvent) => void {
  return (event) => {
    const line = lineOf(event)
    if (line === null) return
    const [level, facts, words] = line
    logger[level](facts, words)
  }
}

function lineOf<K extends Kind>(event: Of<K>): Line {
  // the table has an entry for each kind that takes exactly its events
  const write = lines[event.kind as K] as (event: Of<K>) => Line
  return write(event)
}

function about(copy: Copy): Record<string, unknown> {
  const { id, dataset, version, type, depositionId } = copy
  return { copy_id: id, dataset: dataset.doi, version: version.number, type, deposition_id: depositionId }
}

function told(
  channel: string,
  { id, kind, copyId, attempts }: Of<'message.failed'>['message'],
): Record<string, unknown> {
  return { channel, message_id: id, message: kind, copy_id: copyId, attempt: attempts + 1 }
}

function why(failure: Failure): Record<string, unknown> {
  return { code: failure.code, error: failure.message }
}
