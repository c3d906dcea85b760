import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doiUrl, externalDoi, isZenodoDoi, normaliseDoi } from '../../src/core/doi.ts'

const suffix = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019.-_;()/:<>#?+') })
const dois = fc
  .tuple(fc.integer({ min: 1000, max: 999_999_999 }), suffix)
  .map(([prefix, rest]) => `10.${prefix}/${rest}`)

describe('a DOI', () => {
  test('is the same in every usual spelling', () => {
    fc.assert(
      fc.property(dois, (doi) => {
        const bare = doi.toLowerCase()
        const spellings = [
          doi,
          `doi:${doi}`,
          `DOI: ${doi}`,
          ` ${doi} `,
          doiUrl(doi),
          doiUrl(doi).replace('https', 'http'),
        ]
        expect(spellings.map(normaliseDoi)).toEqual(spellings.map(() => bare))
      }),
    )
  })

  test('stays as it is once it is normal', () => {
    fc.assert(fc.property(dois, (doi) => normaliseDoi(normaliseDoi(doi) ?? '') === doi.toLowerCase()))
  })

  test.each([
    ['https://dx.doi.org/10.1002/ABC', '10.1002/abc'],
    ['https://www.doi.org/10.1002/abc', '10.1002/abc'],
    ['https://doi.org/10.1002/a%3Cb', '10.1002/a<b'],
    ['10.1002/50%', '10.1002/50%'],
    ['10.1002/a%3Cb', '10.1002/a%3cb'],
    ['10.1000.10/123', '10.1000.10/123'],
    ['10.1234/É', '10.1234/É'],
  ])('reads %s as %s', (text, doi) => {
    expect(normaliseDoi(text)).toBe(doi)
  })

  test.each([
    '',
    '10.1/x',
    '10.5061',
    '10.5061/',
    '10.5061/a b',
    '10.5061/a\u0000',
    'https://example.org/10.5061/dryad.abc',
    'urn:doi:10.5061/x',
    '10.5061/\ud800',
    `10.5061/${'x'.repeat(200)}`,
    'https://doi.org/10.5061/a%20b',
  ])('is not found in %j', (text) => {
    expect(normaliseDoi(text)).toBeNull()
  })

  test('is shown as an address that leads to the whole DOI', () => {
    expect(doiUrl('10.5061/dryad.abc')).toBe('https://doi.org/10.5061/dryad.abc')
    expect(new URL(doiUrl('10.1002/a?b#c')).pathname).toBe('/10.1002/a%3Fb%23c')
  })

  test('of a test prefix is deposited under one that Zenodo takes from outside', () => {
    expect(externalDoi('10.5072/fk2.abc')).toBe('10.55072/fk2.abc')
    expect(externalDoi('10.5061/dryad.10.5072/x')).toBe('10.5061/dryad.10.5072/x')
  })

  test('of Zenodo is told from others, on the sandbox too', () => {
    expect(['10.5281/zenodo.12', '10.5072/zenodo.3'].map(isZenodoDoi)).toEqual([true, true])
    expect(['10.5281/other.12', '10.5061/zenodo.12', '10.5281/zenodo.x'].map(isZenodoDoi)).toEqual([
      false,
      false,
      false,
    ])
  })
})
