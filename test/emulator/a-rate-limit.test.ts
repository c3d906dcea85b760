/** Section A of the checklist, last part: how often may one ask? */
import { expect, test } from 'vitest'
import { startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

test('7.A 21: every answer counts down the limit, refusals too, and over it comes 429', async () => {
  const zenodo = await startZenodo({ settings: { requestsPerMinute: 4 } })
  const earliest = Math.floor(Date.now() / 1000)
  const seen: unknown[] = []
  for (const [method, path] of [
    ['POST', LIST],
    ['GET', `${LIST}/1`],
    ['PATCH', LIST],
    ['GET', LIST],
  ] as const) {
    const { headers } = await zenodo.call(method, path, method === 'POST' ? { json: {} } : {})
    expect(headers['x-ratelimit-limit']).toBe('4')
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThanOrEqual(earliest + 60)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    seen.push(headers['x-ratelimit-remaining'])
  }
  expect(seen).toEqual(['3', '2', '1', '0'])
  const { data, headers } = await zenodo.call('GET', LIST)
  expect(data).toEqual({ status: 429, message: '4 per 1 minute' })
  expect(headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'retry-after': expect.stringMatching(/^\d+$/) })
})

test('7.A 21: who is counted is the User-Agent with its address, whatever the token', async () => {
  const users = [{ name: 'other', token: 'other' }]
  const zenodo = await startZenodo({ settings: { requestsPerMinute: 1, guestRequestsPerMinute: 2, users } })
  const get = async (token: string | null, agent = 'one/1') =>
    (await zenodo.call('GET', LIST, { token, headers: { 'user-agent': agent } })).status
  expect(await get(zenodo.emulator.token)).toBe(200)
  expect(await get('other')).toBe(429)
  expect(await get(null)).toBe(403)
  expect(await get(null)).toBe(429)
  expect(await get('other', 'two/1')).toBe(200)
})

test('7.A 21: searching the records has a limit of its own', async () => {
  const zenodo = await startZenodo({ settings: { searchesPerMinute: 1 } })
  expect((await zenodo.call('GET', '/api/records?q=x')).headers['x-ratelimit-limit']).toBe('1')
  expect((await zenodo.call('GET', '/api/records?q=x')).data.message).toBe('1 per 1 minute')
  expect((await zenodo.call('GET', LIST)).headers['x-ratelimit-limit']).toBe('1000')
})

test('7.A 21: the window moves: a request leaves it when it is as old as the window is long', async () => {
  const zenodo = await startZenodo({ settings: { requestsPerMinute: 1, rateWindowSeconds: 30 } })
  const get = async () => (await zenodo.call('GET', LIST)).data
  expect(await get()).toEqual([])
  expect((await get()).message).toBe('1 per 30 second')
  await zenodo.set({ rateWindowSeconds: 0.1 })
  await expect.poll(get).toEqual([])
  await zenodo.set({ requestsPerMinute: 0, requestsPerHour: 1 })
  expect((await get()).message).toBe('1 per 1 hour')
})
