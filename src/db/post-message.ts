/** How are messages for the repository, and mails, stored? In the transaction that makes them true. */
import type { Copy } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import type { Channel, MailKind, MessageKind } from '../core/messages.ts'
import { redact } from '../core/redact.ts'
import { identityOf } from '../core/whereabouts.ts'
import type { OutboxMessage } from '../replication/ports/work-store.ts'
import type { Fenced } from './fence.ts'
import { insertRows, type PlainRow } from './insert-rows.ts'

export interface NewMessage {
  /** Default: the repository is told. */
  readonly channel?: Channel
  readonly kind: MessageKind | MailKind
  /** Null: it is about the service. */
  readonly copyId: number | null
  readonly payload: Readonly<Record<string, unknown>>
}

/** In the order given. */
export async function post({ trx }: Fenced, at: string, messages: readonly NewMessage[]): Promise<void> {
  await insertRows(trx, 'outbox', messageRows(at, messages))
}

/** Rows of `outbox`. */
export function messageRows(at: string, messages: readonly NewMessage[]): PlainRow[] {
  return messages.map(({ channel = 'webhook', kind, copyId, payload }) => {
    return { channel, kind, copy_id: copyId, payload: JSON.stringify(payload), created_at: at, next_attempt_at: at }
  })
}

/** The notice of an incident, with all that is needed to find it: one for each time that a copy needs a person. */
export function errorNotice(copy: Copy, failure: Failure): OutboxMessage {
  const { depositionId, conceptRecid, doi, attempts } = copy
  const { code, hint } = failure
  const what = { code, message: redact(failure.message), hint }
  const payload = { ...identityOf(copy), depositionId, conceptRecid, doi, attempts, ...what }
  return { kind: 'copy.error', payload }
}
