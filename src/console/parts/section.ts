/** How does a part of a page look? A card with a heading of its own. */
import { html } from 'htm/preact'
import type { ComponentChildren, VNode } from 'preact'

export function Section({
  heading,
  children,
}: {
  readonly heading: string
  readonly children?: ComponentChildren
}): VNode {
  return html`<section class="part"><h2>${heading}</h2>${children}</section>`
}
