/** Can a client that somebody else wrote work with every route, knowing nothing but the OpenAPI document? */
import { OpenAPIClientAxios } from 'openapi-client-axios'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, manifestOf } from '../db/setup.ts'
import { type Api, openApi } from './setup.ts'

type Call = readonly [parameters?: unknown, body?: unknown, options?: object]

let bench: Bench
let api: Api
beforeAll(async () => {
  ;({ bench, api } = await openApi('sqlite'))
  for (let n = 1; n <= 6; n++) await bench.add({ doi: `10.5061/dryad.${n}` })
  await bench.db.knex('zenodo_copies').where('id', 1).update({ state: 'error', error_code: 'zenodo_forbidden' })
})
afterAll(async () => {
  await api.close()
  await bench.drop()
})

const ndjson = { headers: { 'content-type': 'application/x-ndjson' } }
const line = (n: number) => `${JSON.stringify({ manifest: manifestOf({ doi: `10.5061/dryad.line${n}` }) })}\n`
/** In the order in which they are called; routes that are not here are asked without anything, or for what has the id 1. */
const calls: Readonly<Record<string, Call>> = {
  listCopies: [{ state: ['error', 'enqueued'], limit: 2, sort: 'updated' }],
  enqueue: [null, { manifest: manifestOf({ doi: '10.5061/dryad.new' }), types: ['data'] }],
  enqueueLines: [null, line(1) + line(2), ndjson],
  getDataset: [{ doi: '10.5061/dryad.1' }],
  requeueCopy: [{ id: 1 }],
  deferCopy: [{ id: 2, 'if-match': '*' }, { reason: 'later' }],
  resumeCopy: [{ id: 2 }],
  cancelCopy: [{ id: 3 }],
  requeueCopies: [null, { ids: [3] }],
  deferCopies: [null, { ids: [4], dryRun: true }],
  resumeCopies: [null, { state: ['deferred'] }],
  cancelCopies: [null, { ids: [5, 6] }],
}

it('every operation answers as the document says', async () => {
  const document = await api.call('/openapi.json', { token: null })
  const maker = new OpenAPIClientAxios({
    definition: document.body,
    axiosConfigDefaults: {
      baseURL: api.url,
      headers: { authorization: `Bearer ${await api.tokenOf('admin')}` },
      validateStatus: () => true,
      // lists as the document has them, not as axios would write them by itself
      paramsSerializer: { indexes: null },
    },
  })
  const client = await maker.init()
  const names = maker.getOperations().map(({ operationId }) => operationId!)
  const answers: Record<string, number> = {}
  for (const name of [...Object.keys(calls), ...names.filter((name) => !(name in calls))]) {
    const operation = maker.getOperation(name)!
    const unnamed: Call = [operation.path.includes('{id}') ? { id: 1 } : null, operation.requestBody ? {} : undefined]
    const [parameters, body, options = {}] = calls[name] ?? unnamed
    const isStream = name === 'listen'
    const stream = { responseType: 'stream', signal: AbortSignal.timeout(20_000) } as const
    const { status, headers, data } = await client[name]!(parameters as never, body, isStream ? stream : options)
    if (isStream) data.destroy()
    answers[name] = status
    const said = operation.responses[String(status)] ?? operation.responses.default
    const types = Object.keys((said as { content?: object }).content ?? {})
    const type = String(headers['content-type']).split(';')[0]
    expect([name, status, status < 400 || type === 'application/problem+json']).toEqual([name, status, true])
    if (status < 300 && !/export/i.test(name)) expect([name, types]).toEqual([name, [type]])
  }
  for (const name of Object.keys(calls)) expect([name, answers[name]]).toEqual([name, name === 'enqueue' ? 201 : 200])
  // asked for what is not there, or without what they need
  const refused = Object.entries(answers).filter(([, status]) => status >= 400)
  expect(refused.filter(([, status]) => ![400, 404, 409, 415, 422].includes(status))).toEqual([])
  expect(answers).toMatchObject({ listen: 200, pause: 200, unpause: 200, getStatus: 200, whoAmI: 200, listFiles: 200 })
})
