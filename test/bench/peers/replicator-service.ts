/** The whole product, from a manifest to a published record: enqueue, lease, claim, every step, every look, settle. */
import { openApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config.ts'
import type { TransferContender } from '../contender.ts'
import { smallManifest } from '../parts/manifest.ts'

export const contender: TransferContender = {
  name: 'zenodo-replicator, manifest to published record',
  enters: ['service'],
  work: async (job) => {
    const flags = {
      'database.url': job.databaseUrl,
      'zenodo.url': job.zenodoUrl,
      'zenodo.token': job.token,
      'sources.allowPrivateAddresses': true,
    }
    const app = await openApp(loadConfig({ env: {}, hostname: 'bench', flags }).config)
    const { source, size, md5 } = job
    const files = Array.from({ length: job.files }, (_, index) => `f${index}`)
    const manifest = smallManifest(
      '10.5072/bench',
      files.map((path) => ({ path, size, source: `${source}/${path}`, checksum: `md5:${md5}` })),
    )
    const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: null }
    const [enqueued] = await app.enqueue({ manifest, types: ['data'], ...rest })
    await app.worker({ mode: 'once', only: null }, new AbortController().signal)
    const copy = await app.reading.get(enqueued?.copy.id ?? 0)
    await app.close()
    if (copy?.state !== 'finished') throw new Error(`the copy is ${copy?.state}: ${copy?.error?.message}`)
    return {}
  },
}
