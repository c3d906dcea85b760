/** How is a row of `outbox` read? */
import type { Channel, MessageState } from '../core/messages.ts'
import type { MessageView } from '../replication/ports/outbox.ts'
import { isoTime } from './dialect.ts'

export interface MessageRow {
  readonly id: number
  readonly channel: Channel
  readonly kind: string
  readonly copy_id: number | null
  readonly payload: string
  readonly created_at: string
  readonly state: MessageState
  readonly delivered_at: string | null
  readonly attempts: number
  readonly next_attempt_at: string
  readonly last_status: number | null
  readonly last_error: string | null
}

export function toMessage(row: MessageRow): MessageView {
  return {
    id: row.id,
    key: keyOf(row),
    channel: row.channel,
    kind: row.kind,
    copyId: row.copy_id,
    payload: JSON.parse(row.payload) as MessageView['payload'],
    createdAt: isoTime(row.created_at),
    attempts: row.attempts,
    state: row.state,
    deliveredAt: row.delivered_at === null ? null : isoTime(row.delivered_at),
    nextAttemptAt: row.state === 'waiting' ? isoTime(row.next_attempt_at) : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
  }
}

/** With the time, as a database that was restored gives the same ids out again. */
function keyOf({ id, created_at }: MessageRow): string {
  return `msg_${id}_${created_at.replace(/\D/g, '').padEnd(20, '0')}`
}
