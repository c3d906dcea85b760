/** How does this product get the files of a job as a copy of its own, and was it brought to its end? */
import { type App, openApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config.ts'
import type { TransferJob } from '../contender.ts'
import { smallManifest } from './manifest.ts'

/** Every setting that is not as usual, by its path. */
export function settingsOf({ databaseUrl, zenodoUrl, token, inFlight }: TransferJob) {
  return {
    'database.url': databaseUrl,
    'zenodo.url': zenodoUrl,
    'zenodo.token': token,
    'sources.allowPrivateAddresses': true,
    'worker.filesInFlight': inFlight,
    'worker.filesInFlightMost': inFlight,
  }
}

export function openOwn(job: TransferJob): Promise<App> {
  return openApp(loadConfig({ env: {}, hostname: 'bench', flags: settingsOf(job) }).config)
}

export async function enqueueFiles(app: App, { files, source, size, md5 }: TransferJob): Promise<void> {
  const paths = Array.from({ length: files }, (_, index) => `f${index + 1}`)
  const manifest = smallManifest(
    '10.5072/bench',
    paths.map((path) => ({ path, size, source: `${source}/${path}`, checksum: `md5:${md5}` })),
  )
  const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: null }
  await app.enqueue({ manifest, types: ['data'], ...rest })
}

/** @throws unless the copy is finished. The database was empty before: it has the number 1. */
export async function requireFinished(app: App): Promise<void> {
  const copy = await app.reading.get(1)
  if (copy?.state !== 'finished') throw new Error(`the copy is ${copy?.state}: ${copy?.error?.message}`)
}
