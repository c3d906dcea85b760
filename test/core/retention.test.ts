import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsToRetire, type LoggedEvent } from '../../src/core/retention.ts'

interface Told extends LoggedEvent {
  readonly id: number
}

const day = 24 * 3_600_000
const rule = { maxAgeMs: 365 * day, mostEvents: 10 }
const told = (id: number, ageDays: number, kind = 'step', data = {}): Told => ({ id, ageMs: ageDays * day, kind, data })
const call = { operation: 'publish', depositionId: 7, marker: null }
const ids = (events: readonly Told[]) => events.map(({ id }) => id)

describe('the events that leave the log of a copy', () => {
  it('are those of a copy that is over when they are old enough', () => {
    const story = [told(1, 400), told(2, 366), told(3, 364), told(4, 1)]
    expect(ids(eventsToRetire(story, true, rule))).toEqual([1, 2])
    expect(eventsToRetire(story, false, rule)).toEqual([])
  })

  it('are the middle of a log that is too long, whatever became of the copy', () => {
    const story = Array.from({ length: 25 }, (_, index) => told(index + 1, 1))
    const middle = Array.from({ length: 15 }, (_, index) => index + 6)
    expect(ids(eventsToRetire(story, false, rule))).toEqual(middle)
    expect(ids(eventsToRetire(story, true, rule))).toEqual(middle)
    expect(eventsToRetire(story.slice(0, 10), false, rule)).toEqual([])
  })

  it.each([
    ['a call without an answer', [told(2, 500, 'intent', call)]],
    [
      'a create that was not to be seen: it may turn up yet',
      [
        told(2, 500, 'intent', { operation: 'create', depositionId: null, marker: 'm' }),
        told(3, 500, 'intent_settled', { operation: 'create', depositionId: null, marker: 'm', outcome: 'not_done' }),
      ],
    ],
    [
      'an answer to the last of two calls',
      [
        told(2, 500, 'intent', call),
        told(3, 500, 'intent', call),
        told(4, 500, 'intent_settled', { ...call, outcome: 'refused: zenodo_refused' }),
      ],
    ],
    [
      'an answered call beside one in doubt for the same deposition',
      [
        told(2, 500, 'intent', { ...call, marker: 'a' }),
        told(3, 500, 'intent', { ...call, marker: 'b' }),
        told(4, 500, 'intent_settled', { ...call, marker: 'b', outcome: 'done' }),
      ],
    ],
  ])('are never %s', (_what, calls) => {
    expect(ids(eventsToRetire([told(1, 600), ...calls, told(9, 500)], true, rule))).toEqual([1, 9])
  })

  it('are answered calls as a whole or not at all', () => {
    const answered = [told(2, 500, 'intent', call), told(3, 500, 'intent_settled', { ...call, outcome: 'done' })]
    expect(ids(eventsToRetire([told(1, 600), ...answered], true, rule))).toEqual([1, 2, 3])
    const again = [told(4, 1, 'intent', call), told(5, 1, 'intent_settled', { ...call, outcome: 'done' })]
    expect(ids(eventsToRetire([told(1, 600), ...answered, ...again], true, rule))).toEqual([1])
  })

  it('leave no more than what is asked for, but for calls, and never the youngest', () => {
    const kinds = fc.constantFrom('step', 'claimed', 'intent', 'intent_settled')
    const outcomes = fc.constantFrom('done', 'not_done', 'refused: x', 'overtaken')
    const drawn = fc.array(
      fc.record({ kind: kinds, outcome: outcomes, ageMs: fc.nat(800 * day), depositionId: fc.nat(3) }),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(drawn, fc.boolean(), (events, isOver) => {
        const story = events
          .toSorted((a, b) => b.ageMs - a.ageMs)
          .map(({ kind, ageMs, outcome, depositionId }, id) => {
            const data = { operation: 'publish', depositionId, marker: null }
            return { id, kind, ageMs, data: kind === 'intent_settled' ? { ...data, outcome } : data }
          })
        const gone = new Set(ids(eventsToRetire(story, isOver, rule)))
        const left = story.filter(({ id }) => !gone.has(id))
        const isCall = ({ kind }: LoggedEvent) => kind.startsWith('intent')
        expect(left.filter((event) => !isCall(event)).length).toBeLessThanOrEqual(rule.mostEvents)
        if (isOver) expect(left.filter((event) => !isCall(event) && event.ageMs > rule.maxAgeMs)).toEqual([])
        expect(openOf(left)).toEqual(openOf(story))
        // once done, nothing more is to be done
        expect(eventsToRetire(left, isOver, rule)).toEqual([])
      }),
    )
  })
})

/** Which depositions have a call without an answer, as the next run sees it. */
function openOf(story: readonly LoggedEvent[]): unknown[] {
  const open = new Set<unknown>()
  for (const { kind, data } of story) {
    if (kind === 'intent') open.add(data.depositionId)
    if (kind === 'intent_settled') open.delete(data.depositionId)
  }
  return [...open].toSorted()
}
