/** How did the queue get where it is, and when will it be empty? */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backlogOver, estimate } from '../../src/core/backlog.ts'

const amount = fc.record({ copies: fc.nat(1000), bytes: fc.nat(1e9) })
const nothing = { copies: 0, bytes: 0 }

describe('the queue over time', () => {
  it('goes back from what is open now', () => {
    const flows = [
      { enqueued: { copies: 5, bytes: 50 }, finished: nothing, cancelled: nothing },
      { enqueued: { copies: 1, bytes: 10 }, finished: { copies: 3, bytes: 30 }, cancelled: { copies: 1, bytes: 1 } },
    ]
    expect(backlogOver({ copies: 2, bytes: 29 }, flows)).toEqual([
      { copies: 5, bytes: 50 },
      { copies: 2, bytes: 29 },
    ])
  })

  it('is what it was when it is worked forwards from any beginning', () => {
    fc.assert(
      fc.property(amount, fc.array(fc.tuple(amount, fc.nat(100))), (start, steps) => {
        let open = start
        const ends: Array<typeof start> = []
        const flows = steps.map(([enqueued, percent]) => {
          const sum = { copies: open.copies + enqueued.copies, bytes: open.bytes + enqueued.bytes }
          const part = (of: number) => Math.floor((of * percent) / 100)
          const finished = { copies: part(sum.copies), bytes: part(sum.bytes) }
          open = { copies: sum.copies - finished.copies, bytes: sum.bytes - finished.bytes }
          ends.push(open)
          return { enqueued, finished, cancelled: nothing }
        })
        expect(backlogOver(open, flows)).toEqual(ends)
      }),
    )
  })
})

describe('when the queue will be empty', () => {
  const pace = { hours: 10, copies: 100, bytes: 1e12, files: 1000 }

  it('few large copies wait for their bytes, many small ones for their requests', () => {
    const large = estimate({ copies: 1, bytes: 5e12, files: 1 }, pace, 5000)
    expect(large).toMatchObject({ hours: 50, byBytesHours: 50 })
    const small = estimate({ copies: 1000, bytes: 1e6, files: 10_000 }, pace, 5000)
    expect(small).toMatchObject({ hours: 100, byRequestsHours: 100 })
    expect(small?.assumptions.length).toBeGreaterThan(0)
  })

  it('is never sooner than the requests allow that Zenodo is asked at most', () => {
    expect(estimate({ copies: 1000, bytes: 1, files: 10_000 }, pace, 100)?.hours).toBe(200)
  })

  it('is now when nothing waits, and unknown when nothing was finished', () => {
    expect(estimate({ ...nothing, files: 0 }, pace, 100)?.hours).toBe(0)
    expect(estimate({ copies: 1, bytes: 1, files: 1 }, { ...pace, copies: 0 }, 100)).toBeNull()
  })

  it('more work never takes less time', () => {
    const work = fc.record({ copies: fc.nat(1e6), bytes: fc.nat(), files: fc.nat(1e6) })
    fc.assert(
      fc.property(work, fc.nat(1000), (queued, more) => {
        const hours = (one: typeof queued) => estimate(one, pace, 5000)?.hours ?? 0
        return hours({ ...queued, copies: queued.copies + more }) >= hours(queued)
      }),
    )
  })
})
