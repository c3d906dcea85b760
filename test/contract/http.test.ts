/** Does a real Zenodo answer as the emulator's checklist says? A few of its statements, asked of both over plain HTTP. */
import { describe, expect, test } from 'vitest'
import { depositionIdOf } from '../../src/core/copy.ts'
import { openBench, patience, targets } from './targets.ts'

const native = { accept: 'application/vnd.inveniordm.v1+json' }
const deposits = '/api/deposit/depositions'

describe.each(targets.filter(({ api }) => api === 'deposit'))(
  'the deposit API of $name',
  { timeout: patience },
  (target) => {
    test('7.A 3, 16, 20: guests are forbidden, and a slash at the end leads nowhere', async () => {
      const { http } = await openBench(target)
      const guest = await http('GET', deposits, { token: null })
      expect([guest.status, guest.data]).toMatchObject([403, { status: 403, message: 'Permission denied.' }])
      expect((await http('GET', `${deposits}/`)).status).toBe(404)
    })

    test('7.A 7, 13 and 7.B 28, 33: bodies of another kind are refused, and nothing is created', async () => {
      const { http } = await openBench(target)
      const text = { body: '{}', headers: { 'content-type': 'text/plain' } }
      expect((await http('POST', deposits, text)).status).toBe(415)
      expect((await http('POST', deposits, { body: '{' })).status).toBe(400)
      const unknown = await http('POST', deposits, { json: { unknownkey: 1 } })
      expect([unknown.status, unknown.data.errors]).toMatchObject([400, [{ field: 'unknownkey' }]])
      expect((await http('GET', `${deposits}?size=101`)).data.errors).toMatchObject([{ field: 'size' }])
    })
  },
)

describe.each(targets.filter(({ api }) => api === 'records'))(
  'the records API of $name',
  { timeout: patience },
  (target) => {
    test('7.H 123, 126, 128, 129: three steps, errors in a 200, and a DOI that is reserved once', async () => {
      const { http, mine } = await openBench(target)
      const made = await http('POST', '/api/records', { json: { metadata: { title: 'ab' } }, headers: native })
      expect([made.status, made.data.errors.map(({ field }: { field: string }) => field)]).toEqual([
        201,
        expect.arrayContaining(['metadata.title', 'metadata.creators']),
      ])
      const { id } = mine({ id: depositionIdOf(String(made.data.id)) })
      const files = `/api/records/${id}/draft/files`
      expect((await http('POST', files, { json: [] })).data.errors).toMatchObject([{ field: '_schema' }])
      expect((await http('POST', files, { json: [{ key: 'a.csv' }] })).status).toBe(201)
      expect((await http('POST', files, { json: [{ key: 'a.csv' }] })).status).toBe(400)
      const bytes = { body: 'hello', headers: { 'content-type': 'application/octet-stream' } }
      expect((await http('PUT', `${files}/a.csv/content`, bytes)).status).toBe(200)
      const commit = await http('POST', `${files}/a.csv/commit`)
      expect([commit.status, commit.data.status, commit.data.size]).toEqual([200, 'completed', 5])
      expect((await http('POST', `/api/records/${id}/draft/pids/doi`, { headers: native })).status).toBe(201)
      const twice = await http('POST', `/api/records/${id}/draft/pids/doi`, { headers: native })
      expect([twice.status, twice.data.errors]).toMatchObject([400, [{ field: 'pids.doi' }]])
    })
  },
)
