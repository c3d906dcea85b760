/** What can a curator do on the pages, with scripts and without, and what when the ground moves under them? */

import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { inBrowser, openWindow, useBrowser } from './browser.ts'
import { addSamples } from './sample.ts'

inBrowser('a curator', () => {
  const { browser } = useBrowser()
  let bench: Bench
  let api: Api
  beforeEach(async () => {
    ;({ bench, api } = await openApi('sqlite'))
    await addSamples(bench)
  })
  afterEach(async () => {
    await Promise.all(
      browser()
        .contexts()
        .map((context) => context.close()),
    )
    await api.close()
    await bench.drop()
  })
  const open = async (scripts = true) => (await openWindow(browser(), api, { scripts })).page
  const inState = async (state: 'error' | 'deferred' | 'enqueued' | 'cancelled') =>
    (await bench.store.reading.list({ states: [state], limit: 1000 })).copies.map(({ id }) => id)
  const press = async (page: Page, name: string | RegExp) => await page.getByRole('button', { name }).click()

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (_, scripts) => {
    it('puts one copy back, and is told; the story has the reason', async () => {
      const [id] = await inState('error')
      const page = await open(scripts)
      await page.goto(`/copies/${id}`)
      await page.getByText(`Requeue copy ${id}…`).click()
      await page.getByRole('textbox', { name: /^Why/ }).first().fill('the grant is there')
      await press(page, `Requeue copy ${id}`)
      await page
        .getByRole('status')
        .filter({ hasText: `Copy ${id} went back into the queue.` })
        .waitFor()
      expect((await bench.store.reading.get(id!))?.state).toBe('enqueued')
      const last = (await bench.store.reading.events(id!)).at(-1)
      expect([last?.kind, last?.data.reason]).toEqual(['requeue', 'the grant is there'])
    })

    it('lifts an embargo only by saying so: a day left out lifts nothing', async () => {
      const dataset = '10.5061/dryad.1'
      const page = await open(scripts)
      const jobs = async () => (await bench.store.jobDesk.list({ limit: 100 })).length
      const before = await jobs()
      await page.goto('/jobs')
      const fill = async (label: string) => {
        await page.getByText(`${label}…`, { exact: true }).click()
        const form = page.locator('form').filter({
          has: page.getByRole('button', {
            name: label === 'Embargo' ? 'Close them at Zenodo' : 'Open them at Zenodo',
          }),
        })
        await form.getByLabel('DOI of the dataset').fill(dataset)
        await form.getByRole('textbox', { name: /^Why/ }).fill('asked for')
        return form
      }
      const closing = await fill('Embargo')
      await closing.evaluate((form) => form.setAttribute('novalidate', ''))
      await press(page, 'Close them at Zenodo')
      await page.getByText('Say until when').waitFor()
      expect(await jobs()).toBe(before)
      await page.goto('/jobs')
      await fill('Lift an embargo')
      await press(page, 'Open them at Zenodo')
      await page.waitForURL(/jobs\/\d+$/)
      const [job] = await bench.store.jobDesk.list({ limit: 1 })
      expect(job?.parameters).toEqual({ filter: { dataset }, until: null })
    })

    it('is shown what would change before many are changed, then does just that, and may take it back', async () => {
      const errors = await inState('error')
      const page = await open(scripts)
      await page.goto('/copies?state=error')
      const file = await page.request.get((await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '')
      expect((await file.text()).trim().split('\n')).toHaveLength(errors.length + 1)
      await press(page, 'Defer…')
      await page.getByRole('heading', { name: `Defer ${errors.length} copies?` }).waitFor()
      expect(await inState('error')).toEqual(errors)
      await press(page, `Defer ${errors.length} copies`)
      await page.getByRole('heading', { name: `${errors.length} copies were deferred` }).waitFor()
      expect(await inState('error')).toEqual([])
      await press(page, /^Undo/)
      await press(page, `Resume ${errors.length} copies`)
      await page.getByRole('heading', { name: `${errors.length} copies were resumed` }).waitFor()
      expect(await inState('enqueued')).toEqual(expect.arrayContaining(errors))
    })

    it('acts on the ticked copies only', async () => {
      const [first, second] = await inState('error')
      const page = await open(scripts)
      await page.goto('/copies?state=error')
      await page.getByRole('checkbox', { name: `Select copy ${first}`, exact: true }).check()
      await press(page, 'Cancel…')
      await press(page, 'Cancel 1 copy')
      await page.getByRole('heading', { name: '1 copy was cancelled' }).waitFor()
      expect([await inState('cancelled'), await inState('error')]).toEqual([
        expect.arrayContaining([first]),
        expect.arrayContaining([second]),
      ])
    })
  })

  it('comes in four clicks from what failed last night to all of that cause requeued in order', async () => {
    const page = await open()
    await page.goto('/')
    await page.getByRole('link', { name: 'Errors' }).first().click()
    await page.locator('table a[href*="group="]').first().click()
    await press(page, 'Requeue…')
    const before = await inState('error')
    const button = page.getByRole('button', { name: /^Requeue \d+ cop/ })
    const count = Number(/\d+/.exec((await button.textContent()) ?? '')?.[0])
    await button.click()
    await page.getByRole('heading', { name: /requeued/ }).waitFor()
    expect(count).toBeGreaterThan(0)
    expect(await inState('error')).toHaveLength(before.length - count)
  })

  it('is refused who decides on a copy that has changed since the page was loaded, on the page as it is now', async () => {
    const [id] = await inState('error')
    const page = await open(false)
    await page.goto(`/copies/${id}`)
    const jane = { name: 'web:Jane', reason: null, how: 'session', role: 'curator', requestId: 'x' } as const
    await bench.store.desk.act('requeue', { ids: [id!] }, jane)
    await page.getByText(`Cancel copy ${id}…`).click()
    await press(page, `Cancel copy ${id}`)
    await page
      .getByRole('alert')
      .filter({ hasText: `Copy ${id} has changed since it was looked at: it is enqueued now.` })
      .waitFor()
    expect((await bench.store.reading.get(id!))?.state).toBe('enqueued')
  })

  it('puts a chain back in its order, from one copy on', async () => {
    const [first] = (await bench.store.reading.list({ dataset: '10.5061/dryad.7', sort: 'version', order: 'asc' }))
      .copies
    await bench.db.knex('zenodo_copies').where('dataset_id', 7).update({ state: 'error', error_code: 'worker_died' })
    const page = await open()
    await page.goto(`/copies/${first!.id}`)
    await press(page, new RegExp(`^Requeue copy ${first!.id} and all after it`))
    await page.getByText('of them would wait for an earlier one').waitFor()
    await press(page, 'Requeue 4 copies')
    await page.getByRole('heading', { name: '4 copies were requeued' }).waitFor()
    await page.getByText(`waits for copy ${first!.id}`).first().waitFor()
  })

  it('sends messages again that were given up: one, then all; and it is written down who did', async () => {
    const states = async () => (await bench.store.messages.list({ limit: 100 })).filter(({ state }) => state === 'dead')
    const waiting = await bench.store.messages.list({ state: 'waiting', channel: 'webhook', limit: 2 })
    await bench.db
      .knex('outbox')
      .whereIn(
        'id',
        waiting.map(({ id }) => id),
      )
      .update('state', 'dead')
    const [first] = await states()
    const page = await open(false)
    await page.goto('/messages?state=dead')
    await page.getByText('The repository cannot be told: messages wait').waitFor()
    await press(page, `Send message ${first!.id} again`)
    await page
      .getByRole('status')
      .filter({ hasText: `Message ${first!.id} is sent again, now.` })
      .waitFor()
    expect(new URL(page.url()).search).toBe('?state=dead')
    expect(await states()).toHaveLength(2)
    await page.getByText('Send all 2 dead again…').click()
    await page.getByRole('textbox', { name: /^Why/ }).fill('the receiver is back')
    await press(page, 'Send all 2 dead again')
    await page.getByRole('status').filter({ hasText: '2 dead messages are sent again, now.' }).waitFor()
    expect(await states()).toEqual([])
    const { entries } = await bench.store.audit.list({ action: 'messages.send', limit: 10 })
    expect(entries.map(({ reason }) => reason)).toEqual(['the receiver is back', null])
  })

  it('who only reads finds no button that acts, and is refused who sends the form nonetheless', async () => {
    const { page } = await openWindow(browser(), api, { role: 'viewer' })
    const [id] = await inState('error')
    await page.goto(`/copies/${id}`)
    await page.getByText('A curator can requeue it').waitFor()
    expect(await page.locator('form[action$="/acts"]').count()).toBe(0)
    await page.goto('/messages')
    expect(await page.locator('form[action*="/deliveries"]').count()).toBe(0)
    await page.goto('/copies/plan?action=requeue&state=error')
    await page.getByRole('heading', { name: 'That is not open to you' }).waitFor()
  })
})
