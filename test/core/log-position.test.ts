/** Is every event told once, whatever the order in which transactions commit? */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isUntold,
  type LogPosition,
  parsePosition,
  positionText,
  withoutOldGaps,
  withTold,
} from '../../src/core/log-position.ts'

const start: LogPosition = { head: 0, gaps: [] }

/** What a reader at this position finds among what is committed by now. */
const found = (position: LogPosition, committed: readonly number[]) =>
  committed.filter((id) => isUntold(position, id)).toSorted((a, b) => a - b)

const commits = fc
  .integer({ min: 1, max: 60 })
  .chain((count) => fc.shuffledSubarray(Array.from({ length: count }, (_, n) => n + 1)))
const looks = fc.array(fc.nat(60), { maxLength: 20 })

describe('how far the log was read', () => {
  it('tells each event once, in whatever order they are committed and whenever is looked', () => {
    fc.assert(
      fc.property(commits, looks, (order, moments) => {
        let position = start
        const told: number[] = []
        for (const moment of [...moments.toSorted((a, b) => a - b), order.length]) {
          const ids = found(position, order.slice(0, moment))
          told.push(...ids)
          position = withTold(position, ids, 0)
        }
        expect(told.toSorted((a, b) => a - b)).toEqual(order.toSorted((a, b) => a - b))
      }),
    )
  })

  it('loses none to those who go on from the text they were sent, also when it could not name all gaps', () => {
    fc.assert(
      fc.property(commits, fc.nat(60), (order, moment) => {
        const heard = found(start, order.slice(0, moment))
        const back = parsePosition(positionText(withTold(start, heard, 0)))
        expect(new Set([...heard, ...found(back!, order)])).toEqual(new Set(order))
      }),
    )
    const everyThird = Array.from({ length: 200 }, (_, n) => 3 * n + 1)
    const text = positionText(withTold(start, everyThird, 0))
    expect(text.length).toBeLessThan(500)
    expect(found(parsePosition(text)!, everyThird)).toEqual(everyThird.filter((id) => id > 121))
  })

  it('gives gaps up after a while, and remembers those of later', () => {
    const early = withTold(start, [1, 4], 100)
    const later = withTold(early, [3, 6], 200)
    expect(positionText(later)).toBe('6.2-2.5-5')
    expect(positionText(withoutOldGaps(later, 150))).toBe('6.5-5')
  })

  it.each(['', 'x', '-1', '5.', '5.1', '5.1-2x', '1e3', `5${'.1-2'.repeat(41)}`])('%j is no position', (text) => {
    expect(parsePosition(text)).toBeNull()
  })
})
