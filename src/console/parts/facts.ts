/** How are a size, a DOI and a list of facts shown? */
import { html } from 'htm/preact'
import type { ComponentChildren, VNode } from 'preact'
import prettyBytes from 'pretty-bytes'
import { Icon } from '../icon.ts'

export function Size({ bytes }: { readonly bytes: number }): VNode {
  return html`<span class="number" title="${bytes.toLocaleString('en')} bytes">${prettyBytes(bytes)}</span>`
}

/** A DOI with the address under which the world finds it. */
export function DoiLink({ doi }: { readonly doi: string }): VNode {
  const address = `https://doi.org/${doi.split('/').map(encodeURIComponent).join('/')}`
  return html`<${OutsideLink} href=${address}>${doi}<//>`
}

/** Only addresses of the web become links: others are shown as they are. */
export function OutsideLink({ href, children }: { readonly href: string; readonly children?: ComponentChildren }) {
  if (!/^https?:\/\//i.test(href)) return html`<span>${children}</span>`
  return html`<a href=${href} rel="noreferrer external">${children}<${Icon} name="outside" /></a>`
}

/** Pairs of a name and what there is to say; what is null is left out. */
export function Facts({ facts }: { readonly facts: ReadonlyArray<readonly [string, ComponentChildren]> }): VNode {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return html`<dl class="facts">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** How far something is, for eyes and for ears. */
export function Progress({ done, total, of }: { readonly done: number; readonly total: number; readonly of: string }) {
  const percent = total <= 0 ? 100 : Math.min(100, Math.floor((done / total) * 100))
  return html`<span class="progress"><progress aria-label=${of} max="100" value=${percent}></progress><span class="number">${percent} %</span></span>`
}

/** What is usually not looked at, as it is stored. */
export function RawJson({ summary, value }: { readonly summary: string; readonly value: unknown }): VNode {
  return html`<details class="raw"><summary>${summary}</summary><pre tabindex="0">${JSON.stringify(value, null, 2)}</pre></details>`
}
