import { describe, expect, test } from 'vitest'
import { depositRelations, type RelationInput } from '../../../src/core/metadata/deposit-relations.ts'

const relatedTo = (entries: RelationInput['related'], input: Partial<RelationInput> = {}) =>
  depositRelations({ family: 'data', related: entries, datasetDoi: '10.5061/d', ownDoi: '10.5061/d', ...input })

const doi = (relatedIdentifier: string, relationType = 'IsCitedBy') => ({
  relatedIdentifier,
  relatedIdentifierType: 'DOI',
  relationType,
})

describe('related works', () => {
  test('87: that the repository marks as hidden or unverified are never sent', () => {
    const entries = [
      { ...doi('10.1234/hidden'), hidden: true },
      { ...doi('10.1234/unverified'), verified: false },
      { ...doi('10.1234/shown'), hidden: false, verified: true },
    ]
    expect(relatedTo(entries).map(({ identifier }) => identifier)).toEqual(['10.1234/shown'])
  })

  test.each([
    ['IsCitedBy', 'isCitedBy'],
    ['iscitedby', 'isCitedBy'],
    ['Cites', 'cites'],
    ['HasMetadata', 'hasMetadata'],
    ['IsVariantFormOf', 'isVariantFormOf'],
    ['IsPublishedIn', 'isPublishedIn'],
  ])('have the relation %s spelt %s', (relationType, relation) => {
    expect(relatedTo([doi('10.1234/x', relationType)])).toEqual([{ identifier: '10.1234/x', relation }])
  })

  test.each(['IsTranslationOf', 'Collects', 'Other', 'constructor', '', null])(
    'are left out for the relation %j',
    (type) => {
      expect(relatedTo([{ ...doi('10.1234/x'), relationType: type }])).toEqual([])
    },
  )

  test.each([
    ['DOI', 'https://doi.org/10.1002/(SICI)1097<1::AID>3.0', '10.1002/(sici)1097<1::aid>3.0'],
    ['DOI', 'doi:10.1234/x', '10.1234/x'],
    ['DOI', 'https://example.org/not-a-doi', 'https://example.org/not-a-doi'],
    ['URL', 'https://example.org/a?b=c', 'https://example.org/a?b=c'],
    ['URL', 'https://doi.org/10.1234/x', 'https://doi.org/10.1234/x'],
    [null, 'https://doi.org/10.1234/x', '10.1234/x'],
    ['arXiv', 'arXiv:2101.00001v2', 'arXiv:2101.00001v2'],
    ['PMID', '12345678', '12345678'],
    ['ISSN', '0378-5955', '0378-5955'],
    ['ISBN', '978-3-16-148410-0', '978-3-16-148410-0'],
    ['ISBN', '0-306-40615-2', '0-306-40615-2'],
    ['Handle', '20.1000/100', '20.1000/100'],
    ['bibcode', '2011ApJS..192...18K', '2011ApJS..192...18K'],
    ['ARK', 'ark:/12345/abc', 'ark:/12345/abc'],
  ])('identified by %s %s are sent as %s', (relatedIdentifierType, relatedIdentifier, identifier) => {
    const [relation] = relatedTo([{ ...doi(relatedIdentifier), relatedIdentifierType }])
    expect(relation?.identifier).toBe(identifier)
  })

  test.each([
    ['DOI', 'not a doi'],
    ['DOI', ''],
    ['URL', 'example.org/no-scheme'],
    ['URL', 'ftp://example.org/x'],
    ['URL', 'http://'],
    ['ISSN', '0378-5956'],
    ['ISBN', '978-3-16-148410-1'],
    ['PMID', 'PMC123'],
    ['SWHID', 'swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2'],
    ['unknown', 'x'],
  ])('that Zenodo would not recognise are left out: %s %s', (relatedIdentifierType, relatedIdentifier) => {
    expect(relatedTo([{ ...doi(relatedIdentifier), relatedIdentifierType }])).toEqual([])
  })

  test('are sent once, and never point to the deposition itself', () => {
    const entries = [doi('10.1234/x'), doi('https://doi.org/10.1234/X'), doi('10.1234/x', 'Cites'), doi('10.5061/d')]
    expect(relatedTo(entries)).toEqual([
      { identifier: '10.1234/x', relation: 'isCitedBy' },
      { identifier: '10.1234/x', relation: 'cites' },
    ])
  })

  test("85: of software do not include the dataset's own records at Zenodo, but those of others", () => {
    const entries = [
      doi('10.5281/zenodo.1', 'IsDerivedFrom'),
      doi('10.5281/zenodo.2', 'IsSourceOf'),
      doi('10.5281/zenodo.3', 'Cites'),
      doi('10.5281/zenodo.4', 'Cites'),
    ]
    expect(relatedTo(entries, { family: 'software', ownDoi: '10.5281/zenodo.4' })).toEqual([
      { identifier: '10.5281/zenodo.3', relation: 'cites' },
      { identifier: 'https://doi.org/10.5061/d', relation: 'isSourceOf' },
    ])
  })
})
