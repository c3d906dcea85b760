/** What do the overview, the errors and the worker show, and where do they lead? Without scripts. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkerReport } from '../../src/replication/ports/worker-status.ts'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { inBrowser, openWindow, useBrowser } from './browser.ts'
import { addSamples } from './sample.ts'

const window = { limit: 60, remaining: 12, resetsAt: null, sent: 40 }
const report: WorkerReport = {
  host: 'host-worker',
  pid: 17,
  version: '1.2.3',
  startedAt: '2026-11-24T08:00:00.000Z',
  state: 'working',
  slots: { total: 3, busy: 2, busyLarge: 1 },
  largeBytes: 5e9,
  copies: [],
  breaker: { open: true, code: 'zenodo_unavailable', message: 'Zenodo answered 503.', failures: 3, nextProbeAt: null },
  zenodo: {
    rateLimit: { minute: window, hour: { ...window, limit: 2000, remaining: null } },
    heldUp: false,
    recent: { minutes: 5, calls: 90, rateLimited: 1, serverErrors: 7, unanswered: 0 },
    lastSuccessAt: null,
  },
}

inBrowser('all copies together in the console', () => {
  const { browser } = useBrowser()
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite'))
    await addSamples(bench)
    await bench.store.workerStatus.tell(await bench.lead('worker'), report)
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  const open = async (address: string, role: 'curator' | 'viewer' = 'curator') => {
    const { page } = await openWindow(browser(), api, { role, scripts: false })
    await page.goto(address)
    return page
  }

  it('every number of the overview leads to just so many copies', async () => {
    const page = await open('/')
    for (const word of ['waiting', 'running', 'error', 'finished', 'blocked', 'deferred']) {
      const tile = page.locator('.tiles a', { hasText: word })
      const count = Number(await tile.locator('.tile-count').textContent())
      await tile.click()
      expect([word, await page.locator('tbody tr').count()]).toEqual([word, count])
      await page.goBack()
    }
    const bars = page.locator('#finished-head').locator('xpath=ancestor::figure').locator('rect')
    expect(await bars.count()).toBe(48)
    expect(await page.getByText(/^Done in about/).textContent()).toMatch(/at the pace of the last 1 hour \(/)
  })

  it('a kind of error leads to its copies, from where all of them are put back', async () => {
    const page = await open('/errors')
    const kind = page.locator('tbody tr', { hasText: 'zenodo_files_locked' })
    const count = Number(await kind.locator('td').first().textContent())
    await kind.getByRole('link').first().click()
    expect(await page.locator('tbody tr').count()).toBe(count)
    const codes = await page.locator('tbody code').allTextContents()
    expect(new Set(codes)).toEqual(new Set(['zenodo_files_locked']))
  })

  it('the page of the worker tells who leads, and how Zenodo is', async () => {
    const page = await open('/worker')
    const facts = await page.locator('dl.facts div').allTextContents()
    for (const fact of [
      'Hosthost-worker',
      'Slots2 of 3 busy, 1 with large copies',
      'Zenodo isnot answering',
      'Whyzenodo_unavailable: Zenodo answered 503.',
      'Errors of Zenodo (5xx)7',
      'Requests left this minute12 of 60',
      'Requests left this hour1,960 of 2,000',
    ])
      expect(facts).toContain(fact)
    const calls = 'Of 90 calls to Zenodo in 5 minutes: 1 told to slow down, 7 errors of Zenodo.'
    expect(await page.getByLabel('Health').textContent()).toBe(calls)
  })

  it('a curator pauses the worker with a reason, everybody sees it, and lets it go on', async () => {
    const page = await open('/worker')
    await page.getByText('Pause…').click()
    await page.getByLabel('Why').fill('Zenodo moves house')
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    expect(await page.locator('main').textContent()).toContain('Zenodo moves house')
    const [pause] = await bench.store.desk.switches()
    expect(pause).toMatchObject({ name: 'pause', reason: 'Zenodo moves house' })
    const other = await open('/worker', 'viewer')
    expect(await other.locator('main').textContent()).toContain('Zenodo moves house')
    expect(await other.locator('main').getByRole('button').count()).toBe(0)
    await page.getByRole('button', { name: 'Let it go on' }).click()
    expect(await bench.store.desk.switches()).toEqual([])
    const { entries } = (await api.call('/audit')).body
    const done = entries.map(({ action, reason }: Record<string, unknown>) => [action, reason])
    expect(done).toContainEqual(['claiming.pause', 'Zenodo moves house'])
    expect(done).toContainEqual(['claiming.unpause', null])
  })
})
