/** The whole product, from a manifest to a published record: enqueue, lease, claim, every step, every look, settle. */
import type { TransferContender } from '../contender.ts'
import { enqueueFiles, openOwn, requireFinished } from '../parts/own-copy.ts'

export const contender: TransferContender = {
  name: 'zenodo-replicator, manifest to published record',
  enters: ['service'],
  work: async (job) => {
    const app = await openOwn(job)
    await enqueueFiles(app, job)
    await app.worker({ mode: 'once', only: null }, new AbortController().signal)
    await requireFinished(app)
    await app.close()
    return {}
  },
}
