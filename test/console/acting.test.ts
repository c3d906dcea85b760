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

    it('is shown what would change before many are changed, then does just that, and may take it back', async () => {
      const errors = await inState('error')
      const page = await open(scripts)
      await page.goto('/copies?state=error')
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
})
