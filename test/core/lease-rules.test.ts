import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayTakeOver, renewEveryMs, trustMs } from '../../src/core/lease-rules.ts'

const ttl = 30_000
const held = { holder: 'a', unchangedMs: 0, expired: false, overMs: -20_000, holderIsGone: false }

describe('taking the lease over', () => {
  it.each([
    ['it was released', { ...held, holder: null }, true],
    ['its process on this host is dead', { ...held, holderIsGone: true }, true],
    ['it is fresh', held, false],
    ['it has just expired but was only now first seen', { ...held, expired: true, overMs: 10 }, false],
    ['it expired and nothing changed for a whole TTL', { ...held, unchangedMs: ttl, expired: true, overMs: 10 }, true],
    [
      'it expired a whole TTL ago and is quiet (cold start)',
      { ...held, unchangedMs: 15_000, expired: true, overMs: ttl },
      true,
    ],
    ['the clock went back: unchanged for three TTLs, never expired', { ...held, unchangedMs: 3 * ttl }, true],
  ])('%s', (_name, seen, expected) => {
    expect(mayTakeOver(seen, ttl)).toBe(expected)
  })

  it('never takes a lease whose holder renews in time, whatever the database clock does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 600_000 }),
        fc.boolean(),
        fc.integer(),
        fc.nat(),
        (ttlMs, expired, overMs, age) => {
          const unchangedMs = age % Math.ceil(renewEveryMs(ttlMs))
          expect(mayTakeOver({ ...held, unchangedMs, expired, overMs }, ttlMs)).toBe(false)
        },
      ),
    )
  })

  it('ends local trust before any other process may take over an expired lease', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 600_000 }), (ttlMs) => {
        expect(trustMs(ttlMs)).toBeLessThan(ttlMs)
        expect(trustMs(ttlMs)).toBeGreaterThan(2 * renewEveryMs(ttlMs))
      }),
    )
  })
})
