/** What do people look for who type words? */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldText, parseSearch } from '../../src/core/search.ts'

const said = (text: string) =>
  Object.fromEntries(
    Object.entries(parseSearch(text)).filter(([, list]: [string, readonly unknown[]]) => list.length > 0),
  )

describe('words of a search', () => {
  it.each([
    ['4242', { exact: [{ field: 'any', value: '4242' }] }],
    ['9jq2e-eyf24', { exact: [{ field: 'any', value: '9jq2e-eyf24' }] }],
    ['https://doi.org/10.5061/DRYAD.abc', { exact: [{ field: 'doi', value: '10.5061/dryad.abc' }] }],
    ['doi:10.5281/zenodo.17', { exact: [{ field: 'doi', value: '10.5281/zenodo.17' }] }],
    ['https://zenodo.org/records/17?preview=1', { exact: [{ field: 'deposition', value: '17' }] }],
    ['dataset:doi:10.5061/dryad.abc', { exact: [{ field: 'dataset', value: '10.5061/dryad.abc' }] }],
    [
      'id:7 deposition:8 concept:9',
      {
        exact: [
          { field: 'id', value: '7' },
          { field: 'deposition', value: '8' },
          { field: 'concept', value: '9' },
        ],
      },
    ],
    ['title:"Blue whales" error:timeout', { titles: ['Blue whales'], errors: ['timeout'] }],
    ['error:zenodo_forbidden', { codes: ['zenodo_forbidden'] }],
    ['zenodo_forbidden', { codes: ['zenodo_forbidden'] }],
    ['state:ERROR type:data family:supp', { states: ['error'], types: ['data'], families: ['supp'] }],
    ['host:a.example group:0123', { hosts: ['a.example'], groups: ['0123'] }],
    ['whales "in the sea"', { texts: ['whales', 'in the sea'] }],
    ['"never closed', { texts: ['never closed'] }],
    ['"4242"', { texts: ['4242'] }],
    ['nothing:special id:', { texts: ['nothing:special'] }],
    ['  ', {}],
  ])('%s', (text, expected) => {
    expect(said(text)).toEqual(expected)
  })

  it.each([
    ['state:broken', 'state: is one of enqueued, '],
    ['type:movie', 'type: is one of data, '],
    ['id:x', 'id: is a whole number'],
  ])('%s is refused with what is accepted', (text, accepted) => {
    expect(() => parseSearch(text)).toThrow(accepted)
  })

  it('any other text is taken apart without a word lost', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zäöü]{1,12}$/), { maxLength: 8 }), (words) => {
        const { texts, codes } = parseSearch(words.join(' '))
        expect([...codes, ...texts].toSorted()).toEqual(words.toSorted())
      }),
    )
  })

  it('titles are found without accents and capitals', () => {
    expect(foldText('Ökologie  der MÉDUSES')).toBe('okologie der meduses')
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => foldText(foldText(text)) === foldText(text)))
  })
})
