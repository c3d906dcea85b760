/** What does the whole service cost, from a manifest to a published record, in time and in memory? */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Numbers } from '../contender.ts'
import { md5OfSize } from '../parts/content.ts'
import { type Loopback, openLoopback } from '../parts/loopback.ts'
import { type ServerProcess, startServer } from '../parts/server-process.ts'
import { cost, rowsOf, sizeText, transferColumns, type Work } from '../parts/transfer-rows.ts'
import type { Bench, Race } from '../race.ts'
import { names } from './names.ts'

export const service: Race = {
  name: 'service',
  open: async (bench) => {
    const work: Work = { race: 'service', files: 1, size: bench.sizes.serviceFile, inFlight: 1 }
    const title = `One file of ${sizeText(work.size)}, to the emulated Zenodo, which hashes it and keeps it in a folder`
    return { ...(await openStage(bench, work, names.curl)), title, columns: transferColumns('curl'), goals: [] }
  },
}

export const memory: Race = {
  name: 'memory',
  open: async (bench) => {
    const work: Work = { race: 'memory', files: 4, size: bench.sizes.serviceFile, inFlight: 4 }
    const goal = { row: names.worker, column: 'peak', beside: null, bound: 'at most', value: 150, unit: 'MiB' } as const
    return {
      ...(await openStage(bench, work, names.worker)),
      title: `The worker's own process: ${work.files} files of ${sizeText(work.size)}, at most ${work.files} in flight, to the emulated Zenodo`,
      columns: transferColumns('itself').map(({ ratioHead: _none, ...column }) => column),
      goals: [{ ...goal, name: 'peak memory of the worker, 4 large files in flight' }],
    }
  },
}

async function openStage(bench: Bench, work: Work, beside: string) {
  const loopback = await openLoopback(work.size, {})
  const run = (entry: Parameters<Parameters<typeof rowsOf>[2]['run']>[0]) =>
    throughEmulator(bench, work, { entry, loopback })
  return { rows: await rowsOf(bench, work, { beside, run }), close: loopback.close }
}

/** An emulator, a deposition for those who need one, and a database, all new for each run. */
async function throughEmulator(
  bench: Bench,
  work: Work,
  { entry, loopback }: { readonly entry: Parameters<typeof cost>[2]['entry']; readonly loopback: Loopback },
): Promise<Numbers> {
  const data = join(bench.memory, 'zenodo')
  await mkdir(data)
  const bin = fileURLToPath(new URL('../../../src/bin.js', import.meta.url))
  const emulator = await startServer([bin, 'emulator', '--data', data])
  const database = await bench.databases.create('sqlite')
  try {
    const { url: zenodoUrl, token } = emulator
    const ends = { source: loopback.source(work.size), target: await newBucket(emulator), token, zenodoUrl }
    const job = { ...work, ...ends, md5: md5OfSize(work.size), databaseUrl: database.url }
    return await cost(bench, job, { entry, env: {} })
  } finally {
    await database.drop()
    await emulator.stop()
    await rm(data, { recursive: true, force: true })
  }
}

async function newBucket({ url, token }: ServerProcess): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/deposit/depositions`, { method: 'POST', headers, body: '{}' })
  const { links } = (await answer.json()) as { links: { bucket: string } }
  return links.bucket
}
