/** How do tests look at the console as people do? In a real browser, on a server that really runs; and axe looks as well. */
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import type { Role } from '../../src/core/roles.ts'
import type { Api } from '../http/setup.ts'

const path = inject('chromiumPath')

/** As `describe`; the start of the test run says loudly when there is no browser, and fails in CI. */
export const inBrowser = describe.skipIf(path === null)

/** One for the whole file; each test opens contexts of its own. */
export function useBrowser(): { readonly browser: () => Browser } {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: path ?? '', args: ['--disable-gpu', '--disable-dev-shm-usage'] })
  })
  afterAll(async () => await browser?.close())
  return { browser: () => browser }
}

export interface Looking {
  readonly role?: Role
  readonly scripts?: boolean
  readonly colours?: 'light' | 'dark'
  readonly width?: number
}

/** A window of a person of a role, by their token. It is closed with the browser, or before. */
export async function openWindow(
  browser: Browser,
  api: Pick<Api, 'url' | 'tokenOf'>,
  { role = 'curator', scripts = true, colours = 'light', width = 1280 }: Looking = {},
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({
    baseURL: api.url,
    javaScriptEnabled: scripts,
    colorScheme: colours,
    reducedMotion: 'reduce',
    viewport: { width, height: 900 },
    extraHTTPHeaders: { authorization: `Bearer ${await api.tokenOf(role)}` },
  })
  context.setDefaultTimeout(10_000)
  return { context, page: await context.newPage() }
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong on the page as it is, a line each: the rule, and where. @param rules default: all of WCAG 2.2 AA, and good practice */
export async function faultsOf(page: Page, rules?: string[]): Promise<string[]> {
  // there are no frames, so it need not look for them in a window of its own
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (rules === undefined ? axe.withTags(tags) : axe.withRules(rules)).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Whether something is wider than the window, so that one has to scroll sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}
