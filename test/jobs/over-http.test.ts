/** Who may start jobs over HTTP, and what is told of them? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { databases } from '../support/database.ts'

describe.each(databases)('jobs over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeEach(async () => {
    ;({ bench, api } = await openApi(kind))
    await bench.enqueue({ doi: '10.5061/dryad.1', types: ['data'] })
    await bench.db.knex('zenodo_copies').update({ state: 'finished', deposition_id: '7' })
  })
  afterEach(async () => {
    await api.close()
    await bench.drop()
  })
  const post = async (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    await api.call(path, { method: 'POST', token: await api.tokenOf('curator'), body, headers })

  it('start with a dry run or a confirmation, are listed and shown, wait, go on and end, each with its name in the log', async () => {
    const embargo = { kind: 'embargo', dataset: '10.5061/dryad.1', until: '2099-01-01' }
    expect(await post('/jobs', { ...embargo, dryRun: true })).toMatchObject({
      status: 200,
      body: { job: null, concerned: 1 },
    })
    expect(await post('/jobs', embargo)).toMatchObject({ status: 400, body: { code: 'bad_request' } })
    const started = await post('/jobs', { ...embargo, confirmed: true, reason: 'asked by the author' })
    expect(started).toMatchObject({
      status: 201,
      body: { job: { id: 1, state: 'waiting', startedBy: 'api:the curator', reason: 'asked by the author' } },
    })
    expect((await api.call('/jobs')).body.jobs).toMatchObject([{ id: 1, kind: 'embargo' }])
    expect((await post('/jobs/1/pauses')).body.state).toBe('paused')
    expect((await post('/jobs/1/resumptions')).body.state).toBe('waiting')
    expect((await post('/jobs/1/cancellations', { reason: 'a mistake' })).body).toMatchObject({
      state: 'cancelled',
      error: 'cancel by api:the curator: a mistake',
    })
    expect((await post('/jobs/1/pauses')).status).toBe(409)
    expect((await api.call('/jobs/1/items')).body).toEqual({ items: [] })
    const actions = await bench.db.knex('audit_log').orderBy('id').pluck('action')
    expect(actions.filter((action: string) => action.startsWith('jobs.'))).toEqual([
      'jobs.start',
      'jobs.pause',
      'jobs.resume',
      'jobs.cancel',
    ])
  })

  it('are refused with what is wrong', async () => {
    const refused = async (body: unknown) => (await post('/jobs', body)).body.detail
    expect(await refused({ kind: 'embargo', until: '2099-01-01', confirmed: true })).toContain('Name the dataset')
    expect(await refused({ kind: 'embargo', dataset: '10.5061/dryad.1', confirmed: true })).toContain('Say until when')
    expect(await refused({ kind: 'embargo', dataset: '10.5061/dryad.1', until: '2001-01-01' })).toContain('future')
    expect(await refused({ kind: 'backfill' })).toContain('kind')
    expect(await refused({ kind: 'audit', dataset: 'no DOI' })).toContain('is not a DOI')
    expect((await api.call('/jobs/9')).status).toBe(404)
    expect((await api.call('/jobs/9/items')).status).toBe(404)
    expect((await api.call('/jobs', { method: 'POST', token: await api.tokenOf('viewer'), body: {} })).status).toBe(403)
    const lines = { 'content-type': 'application/x-ndjson' }
    expect((await post('/jobs/metadata-refreshes', '\n', lines)).body.detail).toContain('not one line')
    expect(await post('/jobs/metadata-refreshes', '{}\n{}\n', lines)).toMatchObject({
      status: 201,
      body: { job: { state: 'waiting', total: 2 } },
    })
  })
})
