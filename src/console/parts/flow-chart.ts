/** How is a row of numbers over time shown? As bars or a line without words, with the words beside it, and all of it as a table for who cannot see it. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'

export interface ChartProps {
  readonly id: string
  readonly heading: string
  /** What the picture shows, in a sentence. */
  readonly summary: string
  readonly kind: 'bars' | 'line'
  /** The oldest first: when, and how much. */
  readonly points: ReadonlyArray<readonly [string, number]>
  /** A value in words. */
  readonly say: (value: number) => string
}

const width = 480
const height = 100

export function FlowChart({ id, heading, summary, kind, points, say }: ChartProps): VNode {
  const most = Math.max(...points.map(([, value]) => value), 0)
  const first = points[0]?.[0] ?? ''
  return html`<figure class="chart" aria-labelledby="${id}-head">
    <figcaption><h3 id="${id}-head">${heading}</h3><p>${summary}</p></figcaption>
    <div class="plot"><span class="most number">${say(most)}</span>
      <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${kind === 'bars' ? bars(points, most, say) : line(points, most)}
      </svg>
    </div>
    <p class="span"><span>${shortTime(first)}</span><span>now</span></p>
    <details><summary>The same as a table</summary>
      <table><caption class="unseen">${heading}</caption>
        <thead><tr><th scope="col">From (UTC)</th><th scope="col" class="number">Value</th></tr></thead>
        <tbody>${points.toReversed().map(([at, value]) => html`<tr><th scope="row">${shortTime(at)}</th><td class="number">${say(value)}</td></tr>`)}</tbody>
      </table>
    </details>
  </figure>`
}

function shortTime(iso: string): string {
  return iso.slice(11, 16) === '00:00' ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ')
}

function bars(points: ChartProps['points'], most: number, say: ChartProps['say']) {
  const step = width / Math.max(points.length, 1)
  return points.map(([at, value], index) => {
    const tall = most === 0 ? 0 : (value / most) * (height - 2)
    const place = { x: rounded(index * step + step * 0.1), y: rounded(height - tall) }
    return html`<rect class="bar" x=${place.x} y=${place.y} width=${rounded(step * 0.8)} height=${rounded(tall)}><title>${shortTime(at)}: ${say(value)}</title></rect>`
  })
}

function line(points: ChartProps['points'], most: number) {
  const step = width / Math.max(points.length - 1, 1)
  const path = points
    .map(
      ([, value], index) =>
        `${rounded(index * step)} ${rounded(height - 1 - (most === 0 ? 0 : (value / most) * (height - 3)))}`,
    )
    .join(' L')
  return html`<path class="area" d="M0 ${height} L${path} L${width} ${height} Z" /><path class="line" d="M${path}" />`
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

/** How large a part of the largest one something is. */
export function ShareBar({ value, most }: { readonly value: number; readonly most: number }): VNode {
  const percent = most === 0 ? 0 : rounded((value / most) * 100)
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar" width=${percent} height="10" /></svg>`
}
