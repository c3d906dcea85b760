/** Which services do the tests need, and where are they? Started once for all test files, stopped after the last. */
import type { TestProject } from 'vitest/node'
import { provideMariadb } from './mariadb.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a MySQL or MariaDB server on which databases may be created, or null. */
    readonly mysqlUrl: string | null
    /** Why there is none, in a sentence; null when there is one. */
    readonly mysqlMissing: string | null
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mariadb = await provideMariadb()
  if (mariadb.missing !== null) refuseInCi(mariadb.missing)
  project.provide('mysqlUrl', mariadb.url)
  project.provide('mysqlMissing', mariadb.missing)
  return mariadb.stop
}

function refuseInCi(missing: string): void {
  process.stderr.write(`\n!! ${missing}\n\n`)
  if (process.env.CI === 'true') throw new Error(missing)
}
