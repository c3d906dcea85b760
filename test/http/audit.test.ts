/** Is it written down who did what, and can it be read, by whom? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken, revokeToken } from '../../src/replication/tokens.ts'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { type Api, openApi } from './setup.ts'

describe.each(databases)('the audit log on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    for (let n = 1; n <= 3; n++) await bench.enqueue({ doi: `10.5061/dryad.${n}`, types: ['data'] })
    for (const role of ['admin', 'curator', 'viewer'] as const) await api.tokenOf(role)
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  const entries = async (query = '') => (await api.call(`/audit${query}`)).body.entries
  const post = async (path: string, body?: unknown) =>
    await api.call(path, { method: 'POST', token: await api.tokenOf('curator'), body })

  it('tells of each action who it was, what it was for, why, and what came of it', async () => {
    const answered = await post('/copies/1/deferrals', { reason: 'the author asked' })
    expect(answered.status).toBe(200)
    const [one] = await entries()
    expect(one).toMatchObject({
      ...{ who: 'api:the curator', role: 'curator', how: 'token', action: 'copies.defer' },
      ...{ subject: { ids: [1] }, reason: 'the author asked', outcome: { changed: 1, refused: 0 } },
    })
    expect(api.log()).toContain(`"request_id":"${one.requestId}"`)
    await post('/cancellations', { state: ['deferred', 'enqueued'], dataset: '10.5061/dryad.2' })
    expect((await entries())[0]).toMatchObject({
      action: 'copies.cancel',
      subject: { states: ['deferred', 'enqueued'], dataset: '10.5061/dryad.2' },
      outcome: { changed: 1, refused: 0 },
    })
  })

  it('tells of a pause that is over, and of one that nobody had to end nothing', async () => {
    const token = await api.tokenOf('curator')
    await api.call('/pause', { method: 'PUT', token, body: { reason: 'storage' } })
    for (let time = 0; time < 2; time++) await api.call('/pause', { method: 'DELETE', token })
    const [unpause, pause] = await entries()
    expect(pause).toMatchObject({ action: 'claiming.pause', reason: 'storage', who: 'api:the curator' })
    expect(unpause).toMatchObject({
      action: 'claiming.unpause',
      subject: { pausedBy: 'api:the curator', pausedBecause: 'storage' },
    })
  })

  it('tells of tokens, and of a lease that was taken away, and never a token', async () => {
    const token = await createToken(bench.store.tokens, { name: 'new', role: 'viewer', by: 'cli:root' })
    await revokeToken(bench.store.tokens, { name: 'new', by: 'cli:root' })
    await bench.lead('a')
    await bench.store.leases.break('zenodo', operator)
    const [lease, revoke, create] = await entries()
    expect(lease).toMatchObject({ action: 'lease.break', who: 'operator', how: 'library', subject: { holder: 'a' } })
    expect(revoke).toMatchObject({ action: 'token.revoke', who: 'cli:root', how: 'cli', subject: { token: 'new' } })
    expect(create).toMatchObject({ action: 'token.create', role: null, subject: { token: 'new', role: 'viewer' } })
    expect(JSON.stringify(await bench.db.knex('audit_log'))).not.toContain(token.slice(4))
  })

  it('says of nothing that it was changed when it was not: by a dry run, a refusal, a change that was undone', async () => {
    const before = (await entries()).length
    await post('/requeues', { state: ['cancelled'], dryRun: true })
    expect((await post('/copies/99/requeues')).status).toBe(404)
    const stale = { method: 'POST', token: await api.tokenOf('curator'), headers: { 'if-match': '"old"' } }
    expect((await api.call('/copies/3/deferrals', stale)).status).toBe(412)
    const after = await entries()
    expect(after.filter((one: { outcome: { changed?: number } }) => one.outcome.changed !== 0)).toHaveLength(before)
  })

  it('is read page by page, by who and what, and between two times', async () => {
    const all = await entries()
    const pages: unknown[] = []
    for (let cursor = ''; ; ) {
      const { body } = await api.call(`/audit?limit=2${cursor}`)
      pages.push(...body.entries)
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(pages).toEqual(all)
    expect((await entries('?action=lease.break&who=operator')).length).toBe(1)
    expect(await entries('?who=nobody')).toEqual([])
    expect(await entries(`?to=${all.at(-1).at}`)).toContainEqual(all.at(-1))
    expect(await entries('?from=2999-01-01T00:00:00Z')).toEqual([])
    expect((await api.call('/audit?cursor=x')).status).toBe(400)
    expect((await api.call('/audit?from=yesterday')).body.problems[0]).toMatchObject({ path: 'query.from' })
  })

  it('is exported, and no cell is taken for a formula', async () => {
    await post('/copies/3/deferrals', { reason: '=HYPERLINK("https://evil.example")' })
    const token = await api.tokenOf('viewer')
    const file = async (format: string) =>
      await fetch(`${api.url}/api/v1/audit/export?format=${format}`, { headers: { authorization: `Bearer ${token}` } })
    const csv = await file('csv')
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
    const text = await csv.text()
    expect(text).toMatch(/^id,at,who,role,how,action,subject,reason,outcome,requestId\r\n/)
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`)
    expect(text.trimEnd().split('\r\n')).toHaveLength((await entries()).length + 1)
    const lines = (await (await file('json')).text()).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(await entries())
  })

  it.each(['/audit', '/audit/export'])('%s is not for a repository', async (path) => {
    expect((await api.call(path, { token: await api.tokenOf('enqueue') })).status).toBe(403)
  })
})
