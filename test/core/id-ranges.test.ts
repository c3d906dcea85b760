/** Many ids in few characters. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatIds, parseIds } from '../../src/core/id-ranges.ts'

it('neighbours become ranges, and come back', () => {
  expect(formatIds([9, 3, 4, 5, 4])).toBe('3-5,9')
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 400 })), (ids) => {
      expect(parseIds(formatIds(ids), 1000)).toEqual(ids.toSorted((a, b) => a - b))
    }),
  )
})

it.each(['x', '1-', '5-3', '1,,2', '1-1001', '0-999999999999999', '-1'])('%s is not such a text', (text) => {
  expect(parseIds(text, 1000)).toBeNull()
})
