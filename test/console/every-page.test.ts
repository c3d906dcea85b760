/** Can everybody read every page, in light and dark and on a narrow screen? A line for each page; axe looks, and nothing is too wide. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { faultsOf, inBrowser, isTooWide, openWindow, useBrowser } from './browser.ts'

/** Name and address of each page, with what is needed for it to show all that it can. */
const pages: ReadonlyArray<readonly [string, string]> = [
  ['the keys', '/keys'],
  ['the audit log', '/audit'],
  ['the sign-in', '/sign-in'],
  ['a link to sign in', '/sign-in?link=x'],
  ['a page that is not there', '/nowhere'],
]

const looks = [
  { colours: 'light', width: 1280 },
  { colours: 'dark', width: 1280 },
  { colours: 'light', width: 400 },
] as const

inBrowser('every page of the console', () => {
  const { browser } = useBrowser()
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite'))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it.each(pages)('%s is for everybody', async (_, address) => {
    for (const look of looks) {
      const { context, page } = await openWindow(browser(), api, { ...look, role: 'admin' })
      const errors: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      await page.goto(address)
      expect(await faultsOf(page), `${look.colours}, ${look.width}`).toEqual([])
      expect([errors, await isTooWide(page)]).toEqual([[], false])
      await context.close()
    }
  })
})
