/** Who gets in, and what may each of them do? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../src/core/roles.ts'
import { createToken, revokeToken } from '../../src/replication/tokens.ts'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi } from './setup.ts'

describe.each(databases)('tokens on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it.each([
    ['no token', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['one that nobody made', { authorization: 'Bearer zrt_0123456789abcdefghijklmnop' }],
    ['one that is too long to be one', { authorization: `Bearer ${'x'.repeat(5000)}` }],
    ['two in one', { authorization: 'Bearer one two' }],
  ])('%s is answered with 401, and how to get one', async (_, headers) => {
    const { status, headers: answered, body } = await api.call('/copies', { token: null, headers })
    expect([status, body.code]).toEqual([401, 'token_required'])
    expect(answered.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it.each(roles)('a token of the role %s reads, and says whose it is', async (role) => {
    const token = await api.tokenOf(role)
    expect((await api.call('/copies', { token })).status).toBe(200)
    expect((await api.call('/caller', { token })).body).toEqual({ name: `the ${role}`, role, how: 'token' })
  })

  it('a token is kept as a hash only, and stands in no line of the log', async () => {
    const token = await createToken(bench.store.tokens, { name: 'kept', role: 'viewer', by: 'test' })
    expect((await api.call(`/copies?q=${token}`, { token })).status).toBe(200)
    expect((await api.call(`/${token}`, { token })).status).toBe(404)
    const rows: unknown = await bench.db.knex('tokens')
    expect(JSON.stringify(rows)).not.toContain(token.slice(4))
    expect(api.log()).not.toContain(token.slice(4))
    expect(api.log()).toContain('"caller":"kept"')
  })

  it('a revoked token is worth nothing from the next request on, and its name is not given again', async () => {
    const { tokens } = bench.store
    const token = await createToken(tokens, { name: 'leaving', role: 'admin', by: 'test' })
    expect((await api.call('/copies', { token })).status).toBe(200)
    await revokeToken(tokens, { name: 'leaving', by: 'somebody' })
    expect((await api.call('/copies', { token })).status).toBe(401)
    await expect(createToken(tokens, { name: 'leaving', role: 'viewer', by: 'test' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(revokeToken(tokens, { name: 'leaving', by: 'somebody' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(await tokens.list()).toContainEqual(
      expect.objectContaining({ name: 'leaving', role: 'admin', createdBy: 'test', revokedBy: 'somebody' }),
    )
  })

  it.each(['', ' x', 'a/b', 'x'.repeat(65), 'naïve'])('"%s" cannot be the name of a token', async (name) => {
    await expect(createToken(bench.store.tokens, { name, role: 'viewer', by: 'test' })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })
})
