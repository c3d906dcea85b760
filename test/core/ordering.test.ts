import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CopyState, copyTypes, positionOf } from '../../src/core/copy.ts'
import { blockedBy, isUnfinished } from '../../src/core/ordering.ts'

const state = fc.constantFrom<CopyState>('enqueued', 'replicating', 'finished', 'error', 'deferred', 'cancelled')
const family = fc.uniqueArray(fc.record({ id: fc.nat(), position: fc.nat(40), state }), {
  selector: (copy) => copy.position,
})

describe('ordering', () => {
  it('puts a publish copy right after the submission of its version', () => {
    expect(positionOf(1, 'software')).toBeLessThan(positionOf(1, 'software_publish'))
    expect(positionOf(1, 'software_publish')).toBeLessThan(positionOf(2, 'software'))
    for (const type of copyTypes) expect(positionOf(3, type)).toBeGreaterThan(positionOf(2, type))
  })

  it('names the first unfinished copy ahead, and never one behind', () => {
    fc.assert(
      fc.property(family, fc.nat(40), (copies, position) => {
        const ahead = copies.filter((copy) => copy.position < position && isUnfinished(copy.state))
        const found = blockedBy({ position }, copies)
        if (ahead.length === 0) expect(found).toBeNull()
        else expect(found?.position).toBe(Math.min(...ahead.map((copy) => copy.position)))
      }),
    )
  })

  it('lets at least one copy of every family with waiting copies move, unless one runs or needs a person', () => {
    fc.assert(
      fc.property(family, (copies) => {
        const waiting = copies.filter((copy) => copy.state === 'enqueued')
        fc.pre(waiting.length > 0 && !copies.some((copy) => ['replicating', 'error', 'deferred'].includes(copy.state)))
        expect(waiting.filter((copy) => blockedBy(copy, copies) === null)).toHaveLength(1)
      }),
    )
  })

  it('treats cancelled copies as done', () => {
    const copies = [{ id: 1, position: 2, state: 'cancelled' as const }]
    expect(blockedBy({ position: 4 }, copies)).toBeNull()
  })
})
