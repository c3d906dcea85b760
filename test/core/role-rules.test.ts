/** How are people called of whom a provider speaks? */
import { expect, it } from 'vitest'
import { nameOf } from '../../src/core/role-rules.ts'

it.each([168, 255])('somebody whom a provider names by %i characters has a name that can be kept', (length) => {
  const subject = 'x'.repeat(length)
  const person = { subject, name: 'N'.repeat(100), email: null, groups: [] }
  expect(nameOf(person)).toBe(subject.slice(0, 250))
  expect(nameOf({ ...person, subject: 'jane' })).toBe(`${'N'.repeat(80)} (jane)`)
})
