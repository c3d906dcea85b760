/** Do people see what was told, and send it again? Over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi } from './setup.ts'

describe.each(databases)('messages over HTTP, on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    const [copy] = await bench.enqueue()
    const at = '2026-11-24 12:00:00.000'
    for (const [index, state] of ['delivered', 'dead', 'dead', 'waiting'].entries()) {
      const row = { kind: 'copy.moved', copy_id: copy!.copy.id, payload: '{}', created_at: at, next_attempt_at: at }
      await bench.db.knex('outbox').insert({ ...row, state, attempts: index })
    }
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it('they are listed page by page, by state, kind and copy', async () => {
    const ids: number[] = []
    let cursor = ''
    for (;;) {
      const { body } = await api.call(`/messages?kind=copy.moved&copy=1&limit=3${cursor}`)
      ids.push(...body.messages.map(({ id }: { id: number }) => id))
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(ids).toEqual([4, 3, 2, 1])
    expect((await api.call('/messages?state=dead')).body.messages).toHaveLength(2)
    expect((await api.call('/messages?state=lost')).status).toBe(400)
  })

  it('a curator sends one again, or all dead letters; a viewer does not; and it is written down who did', async () => {
    const post = async (path: string, role: 'curator' | 'viewer') =>
      await api.call(path, { method: 'POST', token: await api.tokenOf(role) })
    expect((await post('/messages/2/deliveries', 'viewer')).status).toBe(403)
    expect((await post('/messages/99/deliveries', 'curator')).status).toBe(404)
    expect((await post('/messages/2/deliveries', 'curator')).body).toEqual({ sent: 1 })
    expect((await post('/messages/deliveries', 'curator')).body).toEqual({ sent: 1 })
    expect((await api.call('/messages?state=waiting')).body.messages).toHaveLength(3)
    const { entries } = (await api.call('/audit?action=messages.send')).body
    expect(entries).toMatchObject([
      { subject: { messages: [3] } },
      { subject: { messages: [2] }, who: 'api:the curator' },
    ])
  })

  it('a receiver that wants no more is asked again only when a message for it is sent again', async () => {
    const { knex } = bench.db
    const at = '2026-11-24 12:00:00.000'
    const gone = { cause: 'webhook', open_cause: 'webhook', code: 'receiver_gone', message: 'it answered 410' }
    await knex('incidents').insert({ ...gone, opened_at: at })
    const mail = { channel: 'mail', kind: 'daily', state: 'dead', payload: '{}', created_at: at, next_attempt_at: at }
    const [mailId] = await knex('outbox').insert(mail)
    const codeAfter = async (id: number) => {
      await api.call(`/messages/${id}/deliveries`, { method: 'POST' })
      return await knex('incidents').pluck('code')
    }
    expect(await codeAfter(99)).toEqual(['receiver_gone'])
    expect(await codeAfter(mailId!)).toEqual(['receiver_gone'])
    expect(await codeAfter(1)).toEqual(['receiver_unavailable'])
  })
})
