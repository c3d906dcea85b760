/** When does an idle worker look again? At once for its own process, with the next look for others; a look reads one row. */
import { EventEmitter, once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'

describe.each(backends)('an idle worker on %s', (backend) => {
  let world: World
  let stop = new AbortController()
  let working: Promise<void> = Promise.resolve()
  const heard = new EventEmitter()
  afterEach(async () => {
    stop.abort('the test is over')
    await working
    await world.close()
  })
  /** Starts a worker that is idle once this resolves. */
  const start = async (config: Record<string, unknown>) => {
    world = await createWorld(backend, { config })
    world.app.onEvent((event) => heard.emit(event.kind, event))
    stop = new AbortController()
    const ready = once(heard, 'worker.ready')
    working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
    await ready
    // the first copy shows that the worker has settled; afterwards it waits
    await bring('10.5061/dryad.first')
  }
  const bring = async (doi: string) => {
    const finished = once(heard, 'copy.finished')
    await world.enqueue({ doi, software: { 'a.R': 'x' } }, 'software')
    const [event] = await finished
    expect(event.copy.dataset.doi).toBe(doi)
  }

  it('hears at once of what its own process enqueues, however long it would have slept', async () => {
    await start({ 'worker.pollSeconds': 3600 })
    await bring('10.5061/dryad.second')
    await bring('10.5061/dryad.third')
  })

  it('finds what another process enqueued with its next look', async () => {
    await start({ 'worker.pollSeconds': 0.05 })
    const other = await openApp(world.app.config)
    try {
      const finished = once(heard, 'copy.finished')
      const manifest = world.manifest({ doi: '10.5061/dryad.other', software: { 'a.R': 'x' } })
      const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'other' }
      await other.enqueue({ manifest, types: ['software'], ...rest })
      const [event] = await finished
      expect(event.copy.dataset.doi).toBe('10.5061/dryad.other')
    } finally {
      await other.close()
    }
  })
})
