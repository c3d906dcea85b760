/** Which small pictures go with words? Never alone: each stands beside the word that says the same. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'

/** Lines on a square of 16. */
const drawings = {
  waiting: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3.2l2 1.6',
  blocked: 'M4 7.5h8v6H4zM5.8 7.5V5.2a2.2 2.2 0 0 1 4.4 0v2.3',
  running: 'M13.5 8A5.5 5.5 0 1 1 11 3.4M13.5 2v3.2h-3.2',
  error: 'M8 2l6.4 11.6H1.6zM8 6.6v3M8 11.4v.4',
  deferred: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M6.5 5.8v4.4M9.5 5.8v4.4',
  finished: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.4 8.2l1.8 1.8 3.4-3.8',
  cancelled: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M10.4 10.4l3.2 3.2',
  pause: 'M5.5 4v8M10.5 4v8',
  outside: 'M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3L7.5 8.5',
} as const

export type IconName = keyof typeof drawings

export function Icon({ name }: { readonly name: IconName }): VNode {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${drawings[name]} /></svg>`
}
