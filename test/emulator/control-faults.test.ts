/** Does the emulator misbehave exactly as it is told? */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { complete, startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

async function fault(zenodo: Zenodo, json: Record<string, unknown>): Promise<void> {
  expect((await zenodo.call('POST', '/_emulator/faults', { json })).status).toBe(201)
}

async function lastRequest(zenodo: Zenodo): Promise<Record<string, unknown>> {
  return (await zenodo.call('GET', '/_emulator/requests')).data.requests.at(-1)
}

test('a fault hits the requests that match method, path and query, after those to skip, as often as told', async () => {
  const zenodo = await startZenodo()
  await fault(zenodo, { match: { method: 'GET', path: 'depositions\\?q=birds$' }, skip: 1, times: 2, status: 503 })
  const statuses = async (path: string, count: number): Promise<number[]> => {
    const found: number[] = []
    for (let at = 0; at < count; at += 1) found.push((await zenodo.call('GET', path)).status)
    return found
  }
  expect(await statuses(LIST, 2)).toEqual([200, 200])
  expect(await statuses(`${LIST}?q=birds`, 4)).toEqual([200, 503, 503, 200])
})

test('the oldest fault with times left is used, and times 0 lasts until it is cleared', async () => {
  const zenodo = await startZenodo()
  await fault(zenodo, { status: 502 })
  await fault(zenodo, { status: 504, times: 0 })
  const next = async (): Promise<number> => (await zenodo.call('GET', LIST)).status
  expect([await next(), await next(), await next()]).toEqual([502, 504, 504])
  expect((await zenodo.call('GET', '/_emulator/faults')).data.faults).toMatchObject([{ used: 1 }, { used: 2 }])
  expect((await zenodo.call('DELETE', '/_emulator/faults')).status).toBe(204)
  expect(await next()).toBe(200)
})

test('a fault with commit does the real thing before it fails', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft(complete)
  await zenodo.put(draft, 'a.txt', 'x')
  await fault(zenodo, { match: { path: 'publish' }, status: 504 })
  const before = await zenodo.act(draft.id, 'publish')
  expect(before).toMatchObject({ status: 504, headers: { 'content-type': 'text/html' } })
  expect((await zenodo.call('GET', `${LIST}/${draft.id}`)).data.state).toBe('unsubmitted')
  await fault(zenodo, { match: { path: 'publish' }, commit: true, drop: true })
  await expect(zenodo.act(draft.id, 'publish')).rejects.toThrow()
  expect((await zenodo.call('GET', `${LIST}/${draft.id}`)).data.state).toBe('done')
})

test('a fault answers with its own headers and body', async () => {
  const zenodo = await startZenodo()
  await fault(zenodo, { status: 429, headers: { 'Retry-After': '7' }, body: { status: 429, message: 'Slow down' } })
  await fault(zenodo, { status: 403, body: '<h1>unusual traffic</h1>' })
  expect(await zenodo.call('GET', LIST)).toMatchObject({
    status: 429,
    data: { message: 'Slow down' },
    headers: { 'retry-after': '7' },
  })
  expect(await zenodo.call('GET', LIST)).toMatchObject({
    status: 403,
    text: '<h1>unusual traffic</h1>',
    headers: { 'content-type': 'text/html' },
  })
})

test('an upload is cut or refused after so many bytes, and nothing is stored', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const big = Buffer.alloc(3_000_000, 'x')
  await fault(zenodo, { match: { method: 'PUT' }, afterBytes: 1_000_000, drop: true })
  await expect(zenodo.put(draft, 'a.bin', big)).rejects.toThrow()
  const cut = await lastRequest(zenodo)
  expect(cut.status).toBeNull()
  expect(cut.requestBytes).toBeGreaterThanOrEqual(1_000_000)
  expect(cut.requestBytes).toBeLessThan(3_000_000)
  await fault(zenodo, { match: { method: 'PUT' }, afterBytes: 1_000_000, status: 502 })
  expect((await zenodo.put(draft, 'a.bin', big)).status).toBe(502)
  expect((await zenodo.call('GET', draft.links.files)).data).toEqual([])
  expect((await zenodo.put(draft, 'a.bin', big)).status).toBe(201)
})

test('a fault with only a delay waits and answers normally', async () => {
  const zenodo = await startZenodo()
  await fault(zenodo, { delayMs: 120 })
  expect((await zenodo.call('GET', LIST)).status).toBe(200)
  expect((await lastRequest(zenodo)).durationMs).toBeGreaterThanOrEqual(115)
})

test.each([
  [{ status: 99 }, 'status'],
  [{ stauts: 500 }, 'stauts'],
  [{ match: { path: '(' }, status: 500 }, 'match.path'],
  [{ match: { path: 'x' } }, 'does nothing'],
])('the fault %j is refused with a reason', async (json, reason) => {
  const zenodo = await startZenodo()
  const { status, data } = await zenodo.call('POST', '/_emulator/faults', { json })
  expect(status).toBe(400)
  expect(data.message).toContain(reason)
})

test('wrongMd5 stores other bytes with their true checksum, so many times', async () => {
  const zenodo = await startZenodo({ settings: { wrongMd5: 1 } })
  const draft = await zenodo.draft()
  const { data } = await zenodo.put(draft, 'a.txt', 'abc')
  const stored = (await zenodo.call('GET', data.links.self)).text
  expect(stored).not.toBe('abc')
  const sum = createHash('md5').update('abc').digest('hex')
  expect(data.checksum).not.toBe(`md5:${sum}`)
  expect((await zenodo.put(draft, 'a.txt', 'abc')).data.checksum).toBe(`md5:${sum}`)
})
