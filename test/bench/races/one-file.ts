/** How fast does one large file go from a source to a sink, over TCP, over TLS and from a disk, beside what one would write oneself? */
import type { Numbers } from '../contender.ts'
import type { Goal } from '../goals.ts'
import { makeIdentity } from '../parts/certificate.ts'
import { type Loopback, openLoopback, type Ways, writeLocalFiles } from '../parts/loopback.ts'
import { md5Rate } from '../parts/machine.ts'
import { lacking } from '../parts/shell.ts'
import { rowsThroughSink, sampleOf, sizeText, transferColumns, type Work } from '../parts/transfer-rows.ts'
import type { Bench, Race, Row, Stage } from '../race.ts'
import { names } from './names.ts'

const ours = { row: names.transfer, column: 'rate', bound: 'at least' } as const

export const oneFile: Race = {
  name: 'one-file',
  open: async (bench) => {
    const work = workOf(bench, 'one-file')
    const title = `One file of ${sizeText(work.size)}, to a sink that answers a known md5`
    const goals: readonly Goal[] = [
      { ...ours, name: 'one file × the pipe of curl and md5sum', beside: names.curl, value: 1.7 },
      { ...ours, name: 'one file × python-requests', beside: names.python, value: 1.3 },
      { ...ours, name: 'one file × undici with a Transform', beside: names.undici, value: 1.8 },
      { ...ours, name: 'one file × md5 alone on one core', beside: names.md5, value: 0.8 },
      {
        ...ours,
        name: 'CPU of one file × undici with a Transform',
        column: 'cpu',
        beside: names.undici,
        bound: 'at most',
        value: 0.75,
      },
    ]
    const stage = await openStage(bench, work, { title, goals, ways: {} })
    return { ...stage, rows: [...stage.rows, md5Row] }
  },
}

/** No transfer at all: as fast as one file can go when its md5 must be known. */
const md5Row: Row = {
  name: names.md5,
  beside: null,
  skipped: null,
  run: async (): Promise<Numbers> => ({ rate: md5Rate() }),
}

export const tls: Race = {
  name: 'tls',
  missing: () => lacking(['openssl']),
  open: async (bench) => {
    const work = workOf(bench, 'tls')
    const title = `One file of ${sizeText(work.size)} over TLS, to a sink that answers a known md5`
    const goals = [{ ...ours, name: 'one file over TLS × the pipe of curl and md5sum', beside: names.curl, value: 1.8 }]
    const identity = await makeIdentity(bench.memory)
    return await openStage(bench, work, { title, goals, ways: { identity } })
  },
}

export const localFile: Race = {
  name: 'local-file',
  open: async (bench) => {
    const work = workOf(bench, 'local-file')
    const title = `One file of ${sizeText(work.size)} in memory (tmpfs), to a sink that answers a known md5`
    const goals = [{ ...ours, name: 'local file × curl -T beside md5sum', beside: names.localCurl, value: 1 }]
    const local = await writeLocalFiles(bench.memory, [work.size, sampleOf(work).size])
    const stage = await openStage(bench, work, {
      title,
      goals,
      ways: {},
      source: local.source,
      beside: names.localCurl,
    })
    const close = async () => {
      await stage.close()
      await local.remove()
    }
    return { ...stage, close }
  },
}

function workOf(bench: Bench, race: Work['race']): Work {
  return { race, files: 1, size: bench.sizes.largeFile, inFlight: 1 }
}

interface Plan {
  readonly title: string
  readonly goals: readonly Goal[]
  readonly ways: Ways
  /** Instead of the source process. */
  readonly source?: Loopback['source']
  readonly beside?: string
}

async function openStage(bench: Bench, work: Work, plan: Plan): Promise<Stage> {
  const { title, goals, ways, beside = names.curl } = plan
  const opened = await openLoopback(work.size, ways)
  const loopback = plan.source === undefined ? opened : { ...opened, source: plan.source }
  const rows = await rowsThroughSink(bench, work, { beside, loopback })
  return { title, columns: transferColumns('curl'), rows, goals, close: opened.close }
}
