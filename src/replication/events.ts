/** What happens, as typed events? Code emits them; observe/ alone turns them into log lines, metrics and bars. */
import type { Copy, Deposition, Step } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import type { Channel } from '../core/messages.ts'
import type { StoredMessage } from './ports/outbox.ts'

export type ServiceEvent =
  | { readonly kind: 'copy.enqueued'; readonly copy: Copy }
  | { readonly kind: 'copy.claimed'; readonly copy: Copy; readonly term: number }
  | { readonly kind: 'step.started'; readonly copy: Copy; readonly step: Step }
  | { readonly kind: 'step.finished'; readonly copy: Copy; readonly step: Step; readonly durationMs: number }
  | {
      readonly kind: 'file.progress'
      readonly copy: Copy
      readonly path: string
      readonly bytes: number
      readonly size: number
    }
  | {
      readonly kind: 'file.sent'
      readonly copy: Copy
      readonly path: string
      readonly size: number
      readonly durationMs: number
    }
  | { readonly kind: 'file.retry'; readonly path: string; readonly attempt: number; readonly failure: Failure }
  | { readonly kind: 'copy.finished'; readonly copy: Copy }
  | { readonly kind: 'copy.retry'; readonly copy: Copy; readonly failure: Failure; readonly delayMs: number }
  | { readonly kind: 'copy.error'; readonly copy: Copy; readonly failure: Failure }
  | { readonly kind: 'copy.released'; readonly copy: Copy; readonly reason: string }
  | { readonly kind: 'copies.rescued'; readonly ids: readonly number[]; readonly term: number }
  | { readonly kind: 'order.repaired'; readonly families: number }
  /** From the log into the archive. */
  | { readonly kind: 'events.archived'; readonly events: number }
  | { readonly kind: 'orphan.removed'; readonly copyId: number; readonly depositionId: Deposition['id'] }
  | {
      readonly kind: 'orphan.kept'
      readonly copyId: number
      readonly depositionId: Deposition['id']
      readonly failure: Failure
    }
  | { readonly kind: 'lease.acquired'; readonly term: number; readonly host: string }
  | { readonly kind: 'lease.waiting'; readonly holder: string | null }
  | { readonly kind: 'lease.lost'; readonly term: number; readonly reason: string }
  | { readonly kind: 'lease.released'; readonly term: number }
  | { readonly kind: 'worker.ready'; readonly host: string; readonly slots: number }
  | { readonly kind: 'worker.stopping'; readonly reason: string }
  | { readonly kind: 'worker.stopped' }
  | { readonly kind: 'worker.trouble'; readonly failure: Failure }
  | { readonly kind: 'breaker.opened'; readonly failure: Failure }
  | { readonly kind: 'breaker.closed' }
  | {
      readonly kind: 'message.delivered'
      readonly channel: Channel
      readonly message: StoredMessage
      readonly durationMs: number
    }
  /** `delayMs`: until the next attempt; null: it is a dead letter. */
  | {
      readonly kind: 'message.failed'
      readonly channel: Channel
      readonly message: StoredMessage
      readonly failure: Failure
      readonly delayMs: number | null
    }
  | { readonly kind: 'receiver.lost'; readonly channel: Channel; readonly failure: Failure }
  | { readonly kind: 'receiver.back'; readonly channel: Channel }
  /** Those that were delivered long ago. */
  | { readonly kind: 'messages.retired'; readonly messages: number }
  /** The settings were read again: the token of now is used; `restart` names the others that differ, which are not. */
  | { readonly kind: 'settings.reloaded'; readonly tokenRenewed: boolean; readonly restart: readonly string[] }
  /** They were refused, and everything stays as it is. */
  | { readonly kind: 'settings.refused'; readonly failure: Failure }
  | {
      readonly kind: 'zenodo.call'
      readonly method: string
      readonly path: string
      readonly status: number
      readonly durationMs: number
    }

export type Emit = (event: ServiceEvent) => void
