/** When was it, in words? With the exact time behind them. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { useView } from '../view.ts'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' })
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** "3 minutes ago", "in 2 hours"; what is further away than a month is told by its date. */
function agoText(iso: string, now: number): string {
  const from = Date.parse(iso) - now
  if (Math.abs(from) < 1000) return 'now'
  if (Math.abs(from) > 31 * 86_400_000) return iso.slice(0, 10)
  const [unit, ms] = units.find(([, length]) => Math.abs(from) >= length) ?? units[3]
  return relative.format(Math.trunc(from / ms), unit)
}

/** To the second, in UTC. */
function exactText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`
}

const isoTime = /(\d{4}-\d\d-\d\dT[\d:.]+Z)/

/** A sentence in which times stand as the service writes them. */
export function WithTimes({ text }: { readonly text: string }): VNode {
  const parts = text.split(isoTime)
  return html`${parts.map((part) => (isoTime.test(part) ? html`<${Time} at=${part} exact />` : part))}`
}

/** @param exact both, where the order of things matters */
export function Time({ at, exact = false }: { readonly at: string | null; readonly exact?: boolean }): VNode {
  const { now } = useView()
  if (at === null) return html`<span class="none">–</span>`
  const words = agoText(at, now)
  return html`<time datetime=${at} title=${exactText(at)}>${exact ? exactText(at) : words}</time>`
}
