/** How is it shown where a copy stands? As a picture, a word and a colour that say the same. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyState, Step } from '../../core/copy.ts'
import { Icon, type IconName } from '../icon.ts'

const icons: Readonly<Record<CopyState | 'blocked', IconName>> = {
  enqueued: 'waiting',
  blocked: 'blocked',
  replicating: 'running',
  error: 'error',
  deferred: 'deferred',
  finished: 'finished',
  cancelled: 'cancelled',
}

export interface Standing {
  readonly state: CopyState
  readonly step?: Step | null
  readonly blockedBy?: number | null
}

/** The state as stored; `blocked` for one that waits for an earlier copy, and the step while it runs. */
export function StateBadge({ state, step, blockedBy }: Standing): VNode {
  const word = state === 'enqueued' && (blockedBy ?? null) !== null ? 'blocked' : state
  return html`<span class="badge ${word}"><${Icon} name=${icons[word]} />${word}${state === 'replicating' && step ? html`<span class="step">${step}</span>` : null}</span>`
}

const tones = { good: 'finished', bad: 'error', busy: 'running', still: 'deferred', plain: 'waiting' } as const

/** For what is not a copy: a word of its own in one of five tones. */
export function Badge({ tone, word }: { readonly tone: keyof typeof tones; readonly word: string }): VNode {
  return html`<span class="badge ${tone}"><${Icon} name=${tones[tone]} />${word}</span>`
}
