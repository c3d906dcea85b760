import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MetadataEntry } from '../../../src/core/manifest/manifest-metadata.ts'
import { depositCreators } from '../../../src/core/metadata/deposit-creators.ts'
import { orcidOf } from '../../../src/core/metadata/orcid.ts'

const nameOf = (creator: MetadataEntry<'creators'>) => depositCreators([creator])[0]?.name

describe('a creator', () => {
  test.each([
    [{ name: 'Doe, Jane', givenName: 'Jane', familyName: 'Doe' }, 'Doe, Jane'],
    [{ name: 'Jane Doe', givenName: 'Jane', familyName: 'Doe', nameType: 'Personal' }, 'Doe, Jane'],
    [{ name: 'Doe', familyName: 'Doe', givenName: null }, 'Doe'],
    [{ name: '', givenName: 'Jane', familyName: ' ' }, 'Jane'],
    [{ name: 'Jane Doe' }, 'Jane Doe'],
    [{ name: 'Univ. of California, Davis', familyName: 'x', nameType: 'Organizational' }, 'Univ. of California, Davis'],
    [{ name: 'O&apos;Neill,  Sam' }, "O'Neill, Sam"],
    [{ nameType: 'Organizational', familyName: 'Consortium' }, 'Consortium'],
  ])('%j is named %s', (creator, name) => {
    expect(nameOf(creator)).toBe(name)
  })

  test.each([{}, { name: ' ' }, { name: null, givenName: '' }])('%j without a name is left out', (creator) => {
    expect(depositCreators([creator, { name: 'B' }])).toEqual([{ name: 'B' }])
  })

  test.each([
    ['Univ. A', 'Univ. A'],
    [{ name: 'Univ. A' }, 'Univ. A'],
    [['', { name: null }, { name: 'Univ. A' }, 'Univ. B'], 'Univ. A'],
    [[], undefined],
    [null, undefined],
  ])('with the affiliation %j has %s', (affiliation, expected) => {
    expect(depositCreators([{ name: 'A', affiliation }])[0]?.affiliation).toBe(expected)
  })

  test('has the first right ORCID iD among its identifiers', () => {
    const identifiers = [
      { nameIdentifier: '0000-0002-1825-0097', nameIdentifierScheme: 'ISNI' },
      { nameIdentifier: '0000-0002-1825-0098', nameIdentifierScheme: 'ORCID' },
      { nameIdentifier: 'http://orcid.org/0000-0002-1694-233x', nameIdentifierScheme: 'orcid' },
    ]
    expect(depositCreators([{ name: 'A', nameIdentifiers: identifiers }])).toEqual([
      { name: 'A', orcid: '0000-0002-1694-233X' },
    ])
    expect(depositCreators([{ name: 'A', nameIdentifiers: identifiers.slice(0, 2) }])).toEqual([{ name: 'A' }])
  })
})

describe('an ORCID iD', () => {
  test.each([
    '0000-0002-1825-0097',
    'https://orcid.org/0000-0002-1825-0097',
    'https://www.orcid.org/0000-0002-1825-0097/',
  ])('is read from %s', (text) => {
    expect(orcidOf(text)).toBe('0000-0002-1825-0097')
  })

  test('with any one digit changed is not one', () => {
    const change = fc.tuple(
      fc.constantFrom(0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 18),
      fc.integer({ min: 1, max: 9 }),
    )
    fc.assert(
      fc.property(change, ([index, by]) => {
        const id = '0000-0002-1825-0097'
        const digit = (Number(id[index]) + by) % 10
        return orcidOf(`${id.slice(0, index)}${digit}${id.slice(index + 1)}`) === null
      }),
    )
  })

  test.each(['', '0000000218250097', 'https://example.org/0000-0002-1825-0097', '0000-0002-1825-009X'])(
    'is not %j',
    (text) => {
      expect(orcidOf(text)).toBeNull()
    },
  )
})
