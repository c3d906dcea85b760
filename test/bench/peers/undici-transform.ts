/** What one writes first in Node: undici, a Transform that hashes, undici. No retries, no checks before the last byte. */
import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { request } from 'undici'
import type { TransferContender, TransferJob } from '../contender.ts'
import { atOnce } from '../parts/at-once.ts'

async function copy(name: string, job: TransferJob): Promise<void> {
  const hash = createHash('md5')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const source = await request(`${job.source}/${name}`)
  const answer = await request(`${job.target}/${name}`, {
    method: 'PUT',
    headers: { 'content-length': `${job.size}`, authorization: `Bearer ${job.token}` },
    body: source.body.pipe(hashing),
  })
  const { checksum } = (await answer.body.json()) as { checksum: string }
  const md5 = hash.digest('hex')
  if (md5 !== job.md5 || checksum !== `md5:${md5}`) throw new Error(`${name}: read ${md5}, stored ${checksum}`)
}

export const contender: TransferContender = {
  name: 'undici, md5 in a Transform',
  enters: ['one-file', 'tls', 'many-files'],
  once: ['tls'],
  work: async (job) => {
    const names = Array.from({ length: job.files }, (_, index) => `f${index + 1}`)
    await atOnce(names, job.inFlight, (name) => copy(name, job))
    return {}
  },
}
