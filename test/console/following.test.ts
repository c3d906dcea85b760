/** Do pages follow what happens, without getting in the way of who reads and writes on them; and can all be done by keys? */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi, serveOn } from '../http/setup.ts'
import { inBrowser, openWindow, useBrowser } from './browser.ts'
import { addSamples } from './sample.ts'

inBrowser('a page', () => {
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
  const open = async (address: string) => {
    const { page } = await openWindow(browser(), api)
    await page.goto(address)
    await page.getByText('This page keeps itself up to date.').waitFor()
    return page
  }
  const errors = async () => (await bench.store.reading.list({ states: ['error'] })).copies.map(({ id }) => id)
  const requeue = (id: number) =>
    bench.store.desk.act(
      'requeue',
      { ids: [id] },
      { name: 'web:Jane', reason: null, how: 'session', role: 'curator', requestId: 'x' },
    )
  const badgeOf = (page: Page, id: number, word: string) => page.locator(`#copy-${id} .badge.${word}`)

  it('shows in two browsers at once what a third person does, and keeps focus, ticks and half-written words', async () => {
    const [first, second] = (await errors()) as [number, number]
    const [one, two] = [await open('/copies?state=error,enqueued'), await open('/copies?state=error,enqueued')]
    await one.getByLabel('Search').fill('half wri')
    await two.getByRole('checkbox', { name: `Select copy ${second}`, exact: true }).check()
    await two.getByText('More filters').click()
    await requeue(first)
    for (const page of [one, two]) await badgeOf(page, first, 'enqueued').waitFor()
    expect(await one.getByLabel('Search').inputValue()).toBe('half wri')
    expect(await one.evaluate('document.activeElement.name')).toBe('q')
    expect(await two.getByRole('checkbox', { name: `Select copy ${second}`, exact: true }).isChecked()).toBe(true)
    expect(await two.getByText('1 selected').isVisible()).toBe(true)
    expect(await two.getByLabel('Attempts, at least').isVisible()).toBe(true)
  })

  it('stands still while it is paused, and goes on', async () => {
    const [first, second] = (await errors()) as [number, number]
    const page = await open('/copies')
    await page.getByRole('button', { name: 'Pause updates' }).click()
    await page.getByText('Updates are paused.').waitFor()
    await requeue(first)
    const other = await open('/copies')
    await badgeOf(other, first, 'enqueued').waitFor()
    expect(await badgeOf(page, first, 'error').count()).toBe(1)
    await page.getByRole('button', { name: 'Pause updates' }).click()
    await badgeOf(page, first, 'enqueued').waitFor()
    await requeue(second)
    await badgeOf(page, second, 'enqueued').waitFor()
  })

  it('moves the bar of a copy on its way', async () => {
    const [running] = (await bench.store.reading.list({ states: ['replicating'] })).copies
    const page = await open(`/copies/${running!.id}`)
    const bar = page.getByRole('progressbar').first()
    const before = await bar.getAttribute('value')
    await bench.db.knex('zenodo_copies').where('id', running!.id).update({ bytes_done: running!.bytesTotal })
    await expect.poll(() => bar.getAttribute('value'), { timeout: 15_000 }).not.toBe(before)
  })

  it('of a server that is started again says so meanwhile, and goes on by itself', async () => {
    const [first] = (await errors()) as [number]
    const page = await open('/copies')
    const port = Number(new URL(api.url).port)
    await api.close()
    await page.getByText('The server does not answer.').waitFor({ timeout: 20_000 })
    await requeue(first)
    api = await serveOn(bench.url, { tokens: true, port })
    await badgeOf(page, first, 'enqueued').waitFor({ timeout: 20_000 })
    await page.getByText('This page keeps itself up to date.').waitFor()
  })

  it('whose session has ended says so, keeps what is written, and a click leads to the sign-in and back', async () => {
    const context = await browser().newContext({ baseURL: api.url })
    const page = await context.newPage()
    await page.goto('/copies')
    await page
      .getByLabel(/token/i)
      .first()
      .fill(await api.tokenOf('curator'))
    await page.keyboard.press('Enter')
    await page.getByText('This page keeps itself up to date.').waitFor()
    await page.getByLabel('Search').fill('half wri')
    await bench.db.knex('sessions').del()
    await page.getByText('You are signed out').waitFor({ timeout: 20_000 })
    expect(await page.getByLabel('Search').inputValue()).toBe('half wri')
    await page.getByRole('navigation', { name: 'States' }).getByRole('link', { name: 'error' }).click()
    await page.waitForURL(/\/sign-in\?back=%2Fcopies%3Fstate%3Derror/)
  })

  it('is used by keys alone: through the rows, tick, requeue, search, help, elsewhere', async () => {
    const [first] = (await errors()).toSorted((a, b) => b - a) as [number]
    const page = await open('/copies?state=error')
    await page.keyboard.press('j')
    expect(await page.evaluate('document.activeElement.textContent')).toBe(String(first))
    await page.keyboard.press('x')
    await page.getByText('1 selected').waitFor()
    await page.keyboard.press('r')
    await page.getByRole('heading', { name: 'Requeue 1 copy?' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.waitForURL(/\/copies$/)
    await page.keyboard.press('/')
    await page.keyboard.type(`id:${first}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=id/)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/copies/${first}$`))
    await page.keyboard.press('r')
    await page.getByRole('textbox', { name: /^Why/ }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: /^Why/ }).first().waitFor({ state: 'hidden' })
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.type('the grant is there')
    await page.keyboard.press('Enter')
    await page.getByText(`Copy ${first} went back into the queue.`).waitFor()
  })
})
