/** Which documents are made from the code? Each with the text it must have now. */
import pino from 'pino'
import { configJsonSchema } from '../../src/config.ts'
import { personActions, stateWords, transitions } from '../../src/core/copy-state.ts'
import { failureCodes } from '../../src/core/failure-codes.ts'
import { manifestJsonSchema } from '../../src/core/manifest/manifest.ts'
import { messagesJsonSchema } from '../../src/core/messages.ts'
import type { ServicePorts } from '../../src/http/ports.ts'
import { createServer } from '../../src/http/server.ts'

/** File, relative to the root of the project → its content. */
export async function generatedDocs(): Promise<Record<string, string>> {
  return {
    'docs/states.md': statesPage(),
    'docs/manifest.schema.json': json(manifestJsonSchema()),
    'docs/messages.schema.json': json(messagesJsonSchema()),
    'config/schema.json': json(configJsonSchema()),
    'docs/openapi.json': json(await openApiDocument()),
  }
}

/** The document that the server itself answers. No route is called, so nothing of the service is needed. */
async function openApiDocument(): Promise<unknown> {
  const settings = { publicUrl: '', trustedProxies: [], proxyHeader: null, oidc: null }
  const server = await createServer(
    { access: { settings }, metrics: { withoutToken: true } } as unknown as ServicePorts,
    pino({ level: 'silent' }),
  )
  await server.ready()
  const document: unknown = server.swagger()
  await server.close()
  return document
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

const actors: Readonly<Record<string, string>> = {
  claim: 'the worker takes it',
  finish: 'the worker is done',
  fail: 'the worker gives up',
  retry: 'the worker will try again',
  release: 'shutdown, rate limit or outage',
  rescue: 'the leader died, the next one takes it back',
  ...Object.fromEntries(personActions.map((action) => [action, 'a person'])),
}

function statesPage(): string {
  const rows = Object.entries(stateWords).map(
    ([state, words]) => `| \`${state}\` | ${words.meaning} | ${words.movedOnBy} |`,
  )
  const moves = Object.entries(transitions).flatMap(([from, row]) =>
    Object.entries(row).map(([action, to]) => ({ from, action, to })),
  )
  const codes = Object.entries(failureCodes).map(([code, [next, hint]]) => `| \`${code}\` | ${next} | ${hint} |`)
  return [
    '# States and failures',
    '',
    '<!-- Made from src/core/copy-state.ts and src/core/failure-codes.ts by `npm run docs`; a test keeps it current. -->',
    '',
    '## States of a copy',
    '',
    '| state | meaning | who moves it on |',
    '|---|---|---|',
    ...rows,
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> enqueued',
    ...moves.map(({ from, action, to }) => `  ${from} --> ${to}: ${action}`),
    '```',
    '',
    '| from | action | to | who |',
    '|---|---|---|---|',
    ...moves.map(({ from, action, to }) => `| \`${from}\` | ${action} | \`${to}\` | ${actors[action]} |`),
    '',
    'A copy is *blocked* while an earlier copy of its dataset and family is in a state other than `finished` or `cancelled`. That is derived when it is asked for; it is no state, costs no attempt and needs nobody.',
    '',
    '## Failure codes',
    '',
    '`retry`: this copy again later, up to its attempts. `stop`: a person must look. `halt`: the worker waits, no attempt is charged. `refuse`: the caller is told, nothing was changed.',
    '',
    '| code | next | what a person can do |',
    '|---|---|---|',
    ...codes,
    '',
  ].join('\n')
}
