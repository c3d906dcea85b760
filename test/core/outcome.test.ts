import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type FailureCode, failureCodes } from '../../src/core/failure-codes.ts'
import { backoffMs, outcomeOf } from '../../src/core/outcome.ts'

const policy = { attempts: 4, baseMs: 1000, maxMs: 60_000 }
const run = { attempts: 0, started: true, jitter: 0.5 }
const codes = Object.keys(failureCodes) as FailureCode[]

describe('the outcome of a failed run', () => {
  it('tries a passing failure again until the attempts are used up, then asks for a person', () => {
    const failure = new Failure('source_unavailable', 'away')
    const kinds = [0, 1, 2, 3].map((attempts) => outcomeOf(failure, { ...run, attempts }, policy).kind)
    expect(kinds).toEqual(['retry', 'retry', 'retry', 'error'])
  })

  it('never repeats what a person must look at', () => {
    for (const code of codes.filter((name) => failureCodes[name][0] === 'stop')) {
      expect(outcomeOf(new Failure(code, 'x'), run, policy).kind, code).toBe('error')
    }
  })

  it('112: a rate limit waits as long as Zenodo asks and costs no attempt', () => {
    const failure = new Failure('zenodo_rate_limited', 'slow down', { retryAfterMs: 39_000 })
    expect(outcomeOf(failure, run, policy)).toEqual({
      kind: 'released',
      reason: 'zenodo_rate_limited',
      delayMs: 39_000,
    })
  })

  it('22: a refusal by a guard costs no attempt', () => {
    const outcome = outcomeOf(new Failure('too_many_bytes', 'x'), { ...run, started: false }, policy)
    expect(outcome).toMatchObject({ kind: 'error', attempt: false })
  })

  it('waits longer after each failure, within the bounds, and never shorter than told', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(100_000), (failed, jitter, told) => {
        const delay = backoffMs(failed, policy, { jitter, atLeastMs: told })
        expect(delay).toBeGreaterThanOrEqual(told)
        expect(delay).toBeLessThanOrEqual(Math.max(told, policy.maxMs))
        expect(backoffMs(failed + 1, policy, { jitter, atLeastMs: null })).toBeGreaterThanOrEqual(
          backoffMs(failed, policy, { jitter, atLeastMs: null }),
        )
      }),
    )
  })

  it('has a hint a person can act on for every code', () => {
    for (const code of codes) expect(new Failure(code, 'x').hint, code).toMatch(/\.$/)
  })
})
