/** What was Zenodo asked meanwhile, and what did it answer? Every call, folded away. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import prettyMs from 'pretty-ms'
import { z } from 'zod'
import { Badge } from '../parts/state-badge.ts'
import { Table } from '../parts/table.ts'

const callSchema = z.object({ method: z.string(), path: z.string(), status: z.number(), ms: z.number() })
export type Call = z.output<typeof callSchema>

export function callsOf({ calls }: Readonly<Record<string, unknown>>): readonly Call[] {
  return z.array(callSchema).catch([]).parse(calls)
}

interface Props {
  readonly calls: readonly Call[]
  readonly leftOut: number
}

export function Calls({ calls, leftOut }: Props): VNode | null {
  if (calls.length === 0) return null
  const failed = calls.filter(({ status }) => status === 0 || status >= 400).length
  const count = calls.length + leftOut
  const rows = calls.map((call, index) => ({ ...call, index }))
  return html`<details><summary>${count} ${count === 1 ? 'call' : 'calls'} to Zenodo${failed === 0 ? '' : `, ${failed} refused or without an answer`}</summary>
    <${Table}
      caption=${leftOut === 0 ? 'Calls to Zenodo' : `Calls to Zenodo; ${leftOut} in between are not kept`} quiet rows=${rows} id=${() => undefined}
      columns=${[
        {
          heading: 'Call',
          names: true,
          cell: ({ method, path }: Call) => html`<code class="any">${method} ${path}</code>`,
        },
        {
          heading: 'Answer',
          cell: ({ status }: Call) =>
            html`<${Badge} tone=${status >= 200 && status < 400 ? 'good' : 'bad'} word=${status === 0 ? 'no answer' : String(status)} />`,
        },
        { heading: 'Took', numeric: true, cell: ({ ms }: Call) => prettyMs(ms) },
      ]}
    />
  </details>`
}
