/** What do traces tell of a run, and to whom? A receiver of OTLP over HTTP, and the worker as it is started. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

interface Sent {
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Record<string, unknown> }>
}

let world: World
let receiver: Server
const bodies: string[] = []
beforeEach(async () => {
  world = await createWorld('sqlite')
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(body)
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await stopServices()
  await world.close()
  receiver.close()
})

const spans = () =>
  bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: Array<{ scopeSpans: Array<{ spans: Sent[] }> }> }
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
  })
const attribute = (span: Sent, key: string) =>
  Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0]

it('a run is a trace: the copy, its steps, their calls to Zenodo, with ids and without secrets', async () => {
  const { software } = await world.enqueue({ software: { 'a.R': 'a' } }, 'software')
  const worker = startService(['worker', '--once'], {
    DATABASE_URL: world.databaseUrl,
    ZENODO_URL: world.emulator.url,
    ZENODO_TOKEN: world.emulator.token,
    ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  expect([await worker.ended(), worker.said().stderr]).toEqual([0, expect.stringContaining('copy finished')])
  const all = spans()
  const copy = all.find(({ name }) => name === 'copy')!
  expect(attribute(copy, 'copy_id')).toEqual(software!.id)
  expect(attribute(copy, 'outcome')).toBe('finished')
  const steps = all.filter(({ parentSpanId }) => parentSpanId === copy.spanId)
  expect(steps.map(({ name }) => name)).toEqual(['step create', 'step metadata', 'step upload', 'step verify'])
  const of = (step: string) => steps.find(({ name }) => name === step)!.spanId
  const calls = all.filter(({ name }) => name.endsWith(' Zenodo'))
  expect(calls.filter(({ name }) => name === 'POST Zenodo').map((call) => call.parentSpanId)).toEqual([
    of('step create'),
  ])
  expect(calls.filter((call) => call.parentSpanId === of('step upload')).length).toBeGreaterThan(0)
  expect(bodies.join('')).not.toContain(world.emulator.token)
  expect(bodies.join('')).not.toContain(world.source.url)
})
