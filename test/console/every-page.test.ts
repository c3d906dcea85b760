/**
 * Can everybody read every page, in light and dark and on a narrow screen? A line for each page; axe looks, and nothing is too
 * wide. CONSOLE_PICTURES=folder also keeps a picture of each.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { faultsOf, inBrowser, isTooWide, openWindow, useBrowser } from './browser.ts'
import { addSamples } from './sample.ts'

const pictures = process.env.CONSOLE_PICTURES

/** Name and address of each page, as `addSamples` leaves it something to show. */
const pages: ReadonlyArray<readonly [string, string]> = [
  ['the overview', '/'],
  ['the overview by day', '/?unit=day'],
  ['the errors', '/errors'],
  ['the worker', '/worker'],
  ['the copies', '/copies'],
  ['a list without copies', '/copies?q=nothing'],
  ['a plan', '/copies/plan?action=requeue&state=error,replicating'],
  ['what came of a plan', '/copies/done?action=defer&changed=2-5&left=1&changedCount=4&leftCount=1&back=%2Fcopies'],
  ['a copy that is finished', '/copies/1'],
  ['a copy in error', '/copies/14'],
  ['a copy that waits', '/copies/10'],
  ['a dataset', '/datasets/10.5061/dryad.3'],
  ['the keys', '/keys'],
  ['the jobs', '/jobs'],
  ['a job', '/jobs/1'],
  ['the messages', '/messages'],
  ['the audit log', '/audit'],
  ['the sign-in', '/sign-in'],
  ['a link to sign in', '/sign-in?link=x'],
  ['a page that is not there', '/nowhere'],
]

const barOfTurbo = 'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='

/** Colours and widths change nothing that most rules look at: the page is the same. */
const looks = [
  { colours: 'light', width: 1280, rules: undefined },
  { colours: 'dark', width: 1280, rules: ['color-contrast'] },
  {
    colours: 'light',
    width: 400,
    rules: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'td-headers-attr'],
  },
] as const

inBrowser('every page of the console', () => {
  const { browser } = useBrowser()
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite'))
    await addSamples(bench, Number(process.env.CONSOLE_SAMPLES ?? 8))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it.each(pages)('%s can be read by everybody', { timeout: 90_000 }, async (name, address) => {
    const { context, page } = await openWindow(browser(), api, { role: 'admin' })
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (message) => {
      // what the browser was told to refuse; of Turbo's own progress bar that is meant
      const text = message.text()
      if (text.includes('Content Security Policy') && !text.includes(barOfTurbo)) errors.push(text)
    })
    await page.goto(address)
    await page.waitForLoadState('networkidle')
    // axe and pictures add styles of their own
    expect(errors).toEqual([])
    errors.length = 0
    page.removeAllListeners('console')
    for (const { colours, width, rules } of looks) {
      await page.emulateMedia({ colorScheme: colours })
      await page.setViewportSize({ width, height: 900 })
      const look = `${colours} ${width}`
      if (pictures) await page.screenshot({ path: join(pictures, `${name} ${look}.png`), fullPage: true })
      expect(await faultsOf(page, rules && [...rules]), look).toEqual([])
      expect([errors, await isTooWide(page)], look).toEqual([[], false])
    }
    await context.close()
  })
})
