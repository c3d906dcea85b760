import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pauseMs } from '../../src/core/polling.ts'

describe('the pause before the next look at the table', () => {
  it('is short after there was something to do, and doubles up to the longest', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 500].map((quiet) => pauseMs(quiet, null, 1000))
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1000, 1000])
  })

  it('ends when the next copy becomes due, however long nothing was to be done', () => {
    expect(pauseMs(500, 30, 1000)).toBe(30)
    expect(pauseMs(0, 30_000, 1000)).toBe(50)
  })

  it('grows also while a copy is due that cannot be taken: the service is paused, or others hold the row', () => {
    expect([0, 1, 500].map((quiet) => pauseMs(quiet, 0, 1000))).toEqual([50, 100, 1000])
  })

  it('is never longer than what an operator allows, and never none', () => {
    const counts = fc.nat()
    const due = fc.option(fc.integer({ min: 0, max: 1e12 }))
    fc.assert(
      fc.property(counts, due, fc.integer({ min: 10, max: 3_600_000 }), (quiet, dueMs, longest) => {
        const pause = pauseMs(quiet, dueMs, longest)
        expect(pause).toBeGreaterThan(0)
        expect(pause).toBeLessThanOrEqual(longest)
      }),
    )
  })
})
