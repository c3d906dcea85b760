/** Which services do the tests need, and where are they? Started once for all test files, stopped after the last. */
import type { TestProject } from 'vitest/node'
import { provideChromium } from './chromium.ts'
import { isRoot } from './install-packages.ts'
import { provideMariadb } from './mariadb.ts'
import { networkMissing } from './network.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a MySQL or MariaDB server on which databases may be created, or null. */
    readonly mysqlUrl: string | null
    /** Why there is none, in a sentence; null when there is one. */
    readonly mysqlMissing: string | null
    /** Path of a browser, or null. */
    readonly chromiumPath: string | null
    /** Why there can be no hosts with networks of their own, in a sentence; null when there can. */
    readonly networkMissing: string | null
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mariadb = await provideMariadb()
  if (mariadb.missing !== null) refuseInCi(mariadb.missing)
  project.provide('mysqlUrl', mariadb.url)
  project.provide('mysqlMissing', mariadb.missing)
  const chromium = await provideChromium()
  if (chromium.missing !== null) refuseInCi(chromium.missing)
  project.provide('chromiumPath', chromium.path)
  const missing = await networkMissing()
  if (missing !== null) (isRoot ? refuseInCi : say)(missing)
  project.provide('networkMissing', missing)
  return mariadb.stop
}

function say(missing: string): void {
  process.stderr.write(`\n!! ${missing}\n\n`)
}

function refuseInCi(missing: string): void {
  say(missing)
  if (process.env.CI === 'true') throw new Error(missing)
}
