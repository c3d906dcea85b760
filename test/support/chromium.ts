/** Which browser do the tests of the console use? The one that CHROMIUM_PATH names, or Debian's, installed when it is missing and we may. */
import { findProgram, installPackages, mayInstall } from './install-packages.ts'

export type Chromium =
  | { readonly path: string; readonly missing: null }
  | { readonly path: null; readonly missing: string }

const names = ['chromium', 'chromium-browser', 'google-chrome']

export async function provideChromium(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined) return { path: named, missing: null }
  const here = await findProgram(...names)
  if (here !== null) return { path: here, missing: null }
  if (await mayInstall()) await installPackages('chromium').catch(sayWhy)
  const path = await findProgram(...names)
  if (path !== null) return { path, missing: null }
  return {
    path: null,
    missing: 'No Chromium: tests of the console in a browser are skipped. Install chromium, or set CHROMIUM_PATH.',
  }
}

function sayWhy(error: Error): void {
  process.stderr.write(`chromium could not be installed: ${error.message}\n`)
}
