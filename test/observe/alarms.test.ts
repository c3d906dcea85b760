/** Do the alarms ring when they should, and do they and the dashboard speak of what there is? */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { createServiceMetrics } from '../../src/observe/service-metrics.ts'
import { createWorkerMetrics } from '../../src/observe/worker-metrics.ts'
import { ask, isHere } from '../support/programs.ts'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const read = (path: string) => readFileSync(at(path), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: { readonly summary: string; readonly runbook: string }
}
const rules = (parse(read('config/prometheus-alerts.yaml')) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap(
  (group) => group.rules,
)

interface Panel {
  readonly id: number
  readonly targets: ReadonlyArray<{ readonly expr: string }>
}
const { panels } = JSON.parse(read('config/grafana-dashboard.json')) as { panels: Panel[] }

/** Every metric that is told, histograms by the names of their series. */
async function known(): Promise<Set<string>> {
  const away = async () => Promise.reject(new Error('away'))
  const texts = await Promise.all([createServiceMetrics(away, '1').text(), createWorkerMetrics('1').text()])
  const types = texts.flatMap((text) => [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)])
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
}

const namesIn = (expression: string) => expression.match(/\b(zenodo_replicator|process|nodejs)_\w+/g) ?? []

it('alarms and dashboard ask for metrics that are told', async () => {
  const told = await known()
  for (const { expr } of [...rules, ...panels.flatMap(({ targets }) => targets)]) {
    const names = namesIn(expr)
    expect([expr, names.filter((name) => !told.has(name))]).toEqual([expr, []])
    expect([expr, names.length]).not.toEqual([expr, expr.includes('up{') ? -1 : 0])
  }
})

it('every alarm says what is wrong, and names a section of docs/operating.md', () => {
  const headings = [...read('docs/operating.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const { alert, annotations } of rules) {
    const [file, anchor] = annotations.runbook.split('#')
    expect([alert, file, headings.includes(anchor ?? '')]).toEqual([alert, 'docs/operating.md', true])
    expect(annotations.summary).toMatch(/\.$/)
  }
})

it('no two panels of the dashboard have one id', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})

it.skipIf(!isHere('promtool'))('the alarms ring when they should, and keep silent otherwise (promtool)', () => {
  expect(ask('promtool', ['check', 'rules', at('config/prometheus-alerts.yaml')])).toMatchObject({ code: 0 })
  const { code, said } = ask('promtool', ['test', 'rules', at('test/observe/prometheus-alerts.yaml')])
  expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')])
})
