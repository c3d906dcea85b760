/** How often does a worker look at the table? Soon after there was work, then with ever longer pauses. */
import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createBench } from '../db/setup.ts'
import { startBareWorker } from '../support/bare-worker.ts'
import { databases } from '../support/database.ts'

describe.each(databases)('the looks of a worker on %s', (kind) => {
  it('come several times soon after there was work, and find what another process enqueued, although it may sleep for an hour', async () => {
    const bench = await createBench(kind)
    const seen = new EventEmitter()
    const nextDueInMs = async () => {
      const due = await bench.store.work.nextDueInMs()
      seen.emit('look')
      return due
    }
    const worker = await startBareWorker({
      store: { ...bench.store, work: { ...bench.store.work, nextDueInMs } },
      label: bench.url,
      slots: 1,
      pollMs: 3_600_000,
      run: async () => ({ kind: 'finished', attempt: true, messages: [] }),
      emit: ({ kind: what, ...event }) => seen.emit(what, event),
    })
    try {
      const finished = once(seen, 'copy.finished')
      // nothing rings for this one: as it is when another process writes it
      const id = await bench.add()
      expect((await finished)[0].copy.id).toBe(id)
      for (let looks = 0; looks < 4; looks++) await once(seen, 'look')
      expect((await bench.store.reading.get(id))?.state).toBe('finished')
    } finally {
      await worker.stop()
      await bench.drop()
    }
  })
})
