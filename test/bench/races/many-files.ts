/** How fast do many small files go, when each costs little but its requests, and when each request takes its time? */
import { openLoopback } from '../parts/loopback.ts'
import { md5Rate } from '../parts/machine.ts'
import { rowsThroughSink, sizeText, transferColumns, type Work } from '../parts/transfer-rows.ts'
import type { Race, Row } from '../race.ts'
import { names } from './names.ts'

const ours = { row: names.transfer, column: 'rate', bound: 'at least' } as const

export const manyFiles: Race = {
  name: 'many-files',
  open: async (bench) => {
    const { smallFiles: files, smallFile: size, inFlight } = bench.sizes
    const work: Work = { race: 'many-files', files, size, inFlight }
    const loopback = await openLoopback(size, {})
    return {
      title: `${files.toLocaleString('en')} files of ${sizeText(size)}, at most ${inFlight} in flight, to a sink that answers a known md5`,
      columns: transferColumns('python'),
      rows: await rowsThroughSink(bench, work, { beside: names.python, loopback }),
      goals: [
        { ...ours, name: 'many files × python-requests', beside: names.python, value: 2 },
        { ...ours, name: 'many files × a C relay of one thread', beside: names.cRelay, value: 1.2 },
      ],
      close: loopback.close,
    }
  },
}

export const latency: Race = {
  name: 'latency',
  open: async (bench) => {
    const { slowFiles: files, smallFile: size, slowInFlight: inFlight, latencyMs } = bench.sizes
    const work: Work = { race: 'latency', files, size, inFlight }
    const loopback = await openLoopback(size, { latencyMs })
    const rows = await rowsThroughSink(bench, work, { beside: names.python, loopback })
    return {
      title: `${files} files of ${sizeText(size)}, ${latencyMs} ms before each answer of source and sink, at most ${inFlight} in flight`,
      columns: transferColumns('python'),
      rows: [...rows, floorRow(work, latencyMs)],
      goals: [
        {
          ...ours,
          name: 'slow answers: time × the floor',
          column: 'seconds',
          beside: names.floor,
          bound: 'at most',
          value: 1.5,
        },
        { ...ours, name: 'slow answers × python-requests, one by one', beside: names.python, value: 10 },
      ],
      close: loopback.close,
    }
  },
}

/** Nothing but waiting, twice a file, and the md5 of all bytes on one core. */
function floorRow({ files, size, inFlight }: Work, latencyMs: number): Row {
  const turns = Math.ceil(files / inFlight)
  const run = async () => {
    const bytes = files * size
    const seconds = (turns * 2 * latencyMs) / 1000 + bytes / 1e6 / md5Rate()
    return { seconds, rate: bytes / 1e6 / seconds }
  }
  return { name: names.floor, beside: names.python, skipped: null, run }
}
