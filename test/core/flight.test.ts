/** How many files at once? Against worlds whose throughput is known. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import {
  afterHeldUp,
  afterPiece,
  afterTrouble,
  type Flight,
  type FlightBounds,
  isTrouble,
  pieceBytes,
  startFlight,
} from '../../src/core/flight.ts'

const bounds = { from: 4, most: 16 }
const small = 1024 * 1024
/** As with files that are not all small. */
const begin = (limits: FlightBounds) => startFlight(limits, 0, pieceBytes)

/** Files go through at a pace that depends on how many are on their way. @returns the width after each of them. */
function widthsOf(
  flight: Flight,
  files: number,
  world: { readonly bytes?: number; readonly last?: boolean; readonly filesPerSecond: (width: number) => number },
): { readonly flight: Flight; readonly widths: readonly number[] } {
  const widths: number[] = []
  let current = flight
  let now = flight.round.since
  for (let file = 0; file < files; file += 1) {
    now += 1000 / world.filesPerSecond(current.width)
    current = afterPiece(
      current,
      { bytes: world.bytes ?? small, last: world.last ?? true, cutsBefore: current.cuts },
      now,
    )
    widths.push(current.width)
  }
  return { flight: current, widths }
}

const linear = (width: number) => width * 10
const saturated = () => 40
const upTo = (enough: number) => (width: number) => Math.min(width, enough) * 10

describe('files in flight', () => {
  it.each([
    { what: 'files', last: true },
    { what: 'pieces of large files', last: false },
  ])('doubles with each round of $what while that helps: 4, 8, 16', ({ last }) => {
    const { widths } = widthsOf(begin(bounds), 20, { last, bytes: pieceBytes, filesPerSecond: linear })
    expect(widths).toEqual([4, 4, 4, ...Array(8).fill(8), ...Array(9).fill(16)])
  })

  it.each([
    { what: 'small files', bytes: 10 },
    { what: 'large files', bytes: 10_000_000_000 },
  ])('$what that already saturate stay where they are, but for a short trial now and then', ({ bytes }) => {
    const { widths } = widthsOf(begin(bounds), 400, { bytes, filesPerSecond: saturated })
    expect(widths.filter((width) => width === 4).length).toBeGreaterThan(300)
    expect(Math.max(...widths)).toBe(8)
  })

  it('begin with twice as many when all are small, within the bound', () => {
    expect(startFlight(bounds, 0, small).width).toBe(8)
    expect(startFlight(bounds, 0, small + 1).width).toBe(4)
    expect(startFlight({ from: 4, most: 5 }, 0, small).width).toBe(5)
    const { widths } = widthsOf(startFlight(bounds, 0, small), 9, { filesPerSecond: linear })
    expect(widths).toEqual([...Array(7).fill(8), 16, 16])
  })

  it('a world that takes 8 at once gets 8', () => {
    const { widths } = widthsOf(begin(bounds), 500, { filesPerSecond: upTo(8) })
    expect(widths.slice(20).filter((width) => width === 8).length).toBeGreaterThan(350)
  })

  it('grows when files become small after large ones that saturated', () => {
    const large = widthsOf(begin(bounds), 12, { bytes: 1_000_000_000, filesPerSecond: () => 0.1 })
    expect(large.flight.width).toBe(4)
    const { widths } = widthsOf(large.flight, 100, { bytes: 1000, filesPerSecond: linear })
    expect(widths.at(-1)).toBe(16)
  })

  it('the larger the bound, the more rounds, but only by the logarithm', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (a, b) => {
        const [from, most] = [Math.min(a, b), Math.max(a, b)]
        let flight = begin({ from, most })
        let rounds = 0
        while (flight.width < most) {
          const { since } = flight.round
          flight = widthsOf(flight, 1, { filesPerSecond: linear }).flight
          if (flight.round.since !== since) rounds += 1
        }
        expect(rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(most / from)))
      }),
    )
  })

  it('measurements that are 10 % off neither make it grow where nothing is to gain, nor keep it from growing', () => {
    const noise = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 50, maxLength: 50 })
    fc.assert(
      fc.property(noise, (factors) => {
        const noisy = (pace: (width: number) => number) => {
          let turn = 0
          return (width: number) => pace(width) * (factors[turn++ % factors.length] ?? 1)
        }
        const flat = widthsOf(begin(bounds), 600, { filesPerSecond: noisy(saturated) })
        expect(Math.max(...flat.widths)).toBe(8)
        expect(flat.flight.proven).toBe(4)
        const changes = flat.widths.filter((width, index) => index > 0 && width !== flat.widths[index - 1])
        expect(changes.length).toBeLessThanOrEqual(2 * Math.ceil(600 / (9 * 4)))
        const growing = widthsOf(begin(bounds), 100, { filesPerSecond: noisy(linear) })
        expect(growing.widths.slice(12).every((width) => width === 16)).toBe(true)
      }),
    )
  })
})

describe('files in flight after trouble', () => {
  const wide = widthsOf(begin(bounds), 30, { filesPerSecond: linear }).flight

  it('are half as many, and one more with each round that goes well', () => {
    const cut = afterTrouble(wide, wide.cuts, 5000)
    expect(cut.width).toBe(8)
    const { widths } = widthsOf(cut, 8 + 9 + 10, { filesPerSecond: linear })
    expect(widths.filter((_, index) => [6, 7, 15, 16, 25, 26].includes(index))).toEqual([8, 9, 9, 10, 10, 11])
  })

  it('are halved once by what was on its way together', () => {
    const cut = Array.from({ length: 16 }).reduce<Flight>((flight) => afterTrouble(flight, wide.cuts, 5000), wide)
    expect(cut.width).toBe(8)
    expect(afterTrouble(cut, cut.cuts, 6000).width).toBe(4)
  })

  it('are not more because of what was on its way before', () => {
    const cut = afterTrouble(wide, wide.cuts, 5000)
    const old = { bytes: small, last: true, cutsBefore: wide.cuts }
    const later = Array.from({ length: 15 }).reduce<Flight>((flight) => afterPiece(flight, old, 6000), cut)
    expect(later.width).toBe(8)
  })

  it('are again as many as proved good when the trouble is over, and no more for some time', () => {
    const trial = widthsOf(begin(bounds), 4, { filesPerSecond: linear }).flight
    expect(trial.width).toBe(8)
    const { widths } = widthsOf(afterTrouble(trial, 0, 1000), 100, { filesPerSecond: linear })
    expect(new Set(widths)).toEqual(new Set([4]))
  })

  it.each(['zenodo_rate_limited', 'zenodo_unavailable', 'source_unavailable', 'transfer_stalled'] as const)(
    '%s counts as trouble',
    (code) => {
      expect(isTrouble(new Failure(code, 'text'))).toBe(true)
    },
  )

  it.each(['stored_differently', 'zenodo_changed'] as const)('%s does not: fewer at once would not help', (code) => {
    expect(isTrouble(new Failure(code, 'text'))).toBe(false)
  })
})

describe('files in flight while requests wait for the rate limit', () => {
  it('are no more than at the beginning, and no trial is made', () => {
    const wide = widthsOf(begin(bounds), 20, { filesPerSecond: linear }).flight
    const held = Array.from({ length: 100 }).reduce<Flight>((flight, _, at) => afterHeldUp(flight, at * 600), wide)
    expect(held).toMatchObject({ width: 4, paceBefore: null })
    const { widths } = widthsOf(held, 100, { filesPerSecond: linear })
    expect(widths.at(-1)).toBe(16)
  })
})

it('files in flight are never fewer than 1 nor more than the bound, and trouble lowers them, whatever happens', () => {
  const event = fc.record({
    kind: fc.constantFrom('file', 'file', 'file', 'trouble', 'old trouble', 'held up'),
    bytes: fc.nat(),
    last: fc.boolean(),
    pauseMs: fc.oneof(fc.constant(0), fc.nat({ max: 100_000 })),
  })
  const anyBounds = fc
    .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }))
    .map(([from, more]): FlightBounds => ({ from, most: from + more }))
  fc.assert(
    fc.property(
      anyBounds,
      fc.nat({ max: 2 * small }),
      fc.array(event, { maxLength: 300 }),
      (limits, largest, events) => {
        let flight = startFlight(limits, 0, largest)
        let now = 0
        for (const { kind, bytes, last, pauseMs } of events) {
          now += pauseMs
          const before = flight.width
          if (kind === 'file') flight = afterPiece(flight, { bytes, last, cutsBefore: flight.cuts }, now)
          else if (kind === 'held up') flight = afterHeldUp(flight, now)
          else flight = afterTrouble(flight, kind === 'trouble' ? flight.cuts : flight.cuts - 1, now)
          expect(flight.width).toBeGreaterThanOrEqual(1)
          expect(flight.width).toBeLessThanOrEqual(limits.most)
          if (kind === 'trouble') expect(flight.width).toBe(Math.max(1, Math.floor(before / 2)))
          if (kind === 'old trouble' || kind === 'held up') expect(flight.width).toBeLessThanOrEqual(before)
        }
      },
    ),
  )
})
