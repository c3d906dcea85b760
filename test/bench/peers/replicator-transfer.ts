/** This product's transfer room: what brings the bytes of a file to Zenodo, with all its checks. */
import { fileURLToPath } from 'node:url'
import { sendInFlight } from '../../../src/replication/files-in-flight.ts'
import type { UploadTarget } from '../../../src/replication/ports/depositions.ts'
import { createTransfer } from '../../../src/transfer/transfer.ts'
import type { TransferContender, TransferJob } from '../contender.ts'

/** What a copy starts with by default: `worker.filesInFlight`. */
const defaultInFlight = 4

export const contender: TransferContender = {
  name: 'zenodo-replicator, transfer',
  enters: ['one-file', 'tls', 'local-file', 'many-files', 'latency'],
  work: async (job) => {
    const transfer = createTransfer({
      fileRoots: job.race === 'local-file' ? [fileURLToPath(job.source)] : [],
      allowPrivateAddresses: true,
      stallMs: 120_000,
      fileAttempts: 1,
      retryBaseMs: 1000,
      userAgent: 'bench',
      emit: () => {},
    })
    const names = Array.from({ length: job.files }, (_, index) => `f${index + 1}`)
    const flight = {
      bounds: { from: Math.min(defaultInFlight, job.inFlight), most: job.inFlight },
      largest: job.size,
      signal: new AbortController().signal,
      now: () => performance.now(),
      isHeldUp: () => false,
    }
    await sendInFlight(names, flight, async (path, passage) => {
      const { size, md5 } = job
      const file = { path, size, checksum: `md5:${md5}`, source: `${job.source}/${path}`, fileRoot: null }
      await transfer.send(file, targetOf(path, job), { ...passage, guard: () => {} })
      return size
    })
    await transfer.close()
    return {}
  },
}

function targetOf(name: string, { target, token, size }: TransferJob): UploadTarget {
  return {
    url: `${target}/${name}`,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': `${size}`,
      Authorization: `Bearer ${token}`,
    },
    admit: async () => {},
    accept: async ({ status, body }) => {
      if (status !== 201) throw new Error(`the sink answered ${status}: ${body}`)
      const stored = JSON.parse(body) as { size: number; checksum: string }
      return { size: stored.size, md5: stored.checksum.replace('md5:', '') }
    },
  }
}
