import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { families } from '../../../src/core/copy.ts'
import type { Manifest } from '../../../src/core/manifest/manifest.ts'
import { type DepositMetadataInput, depositMetadata } from '../../../src/core/metadata/deposit-metadata.ts'
import { manifestWith } from '../full-manifest.ts'

function mapped(manifest: Manifest, input: Partial<DepositMetadataInput> = {}) {
  return depositMetadata({ manifest, family: 'data', doi: null, dataDoi: 'dataset', communities: ['dryad'], ...input })
}

/** Metadata of the data deposition of a dataset with these attributes. */
const dataWith = (metadata: object) => mapped(manifestWith(metadata))
const ofFamily = (family: 'data' | 'software' | 'supp', doi: string | null = '10.5281/zenodo.12') =>
  mapped(manifestWith({}), { family, doi })

const cited = { identifier: '10.1111/abc.123', relation: 'isCitedBy', resource_type: 'publication-article' }
const page = { identifier: 'https://example.org/page', relation: 'references' }
const datasetUrl = 'https://doi.org/10.5061/dryad.abc'
const common = {
  publication_date: '2026-11-01',
  title: 'Growth of Poa annua & other grasses at p < 0.05',
  creators: [
    { name: 'Carberry, Josiah', affiliation: 'Brown University', orcid: '0000-0002-1825-0097' },
    { name: 'Doe, Jane', affiliation: 'Univ. A' },
    { name: 'Grassland Consortium' },
  ],
  description: '<p>Grass <i>grows</i>.</p>',
  access_right: 'open',
  keywords: ['grass', 'growth'],
  notes:
    '<p>See README.</p>\n' +
    '<p>Funding provided by: A &amp; B &lt;Co&gt;<br>Crossref Funder Registry ID: https://doi.org/10.13039/100000001<br>Award Number: DEB-1</p>' +
    '<p>Funding provided by: Wellcome<br>ROR ID: https://ror.org/029chgv08</p>',
  method: '<p>Weighed daily.</p>\nDried at 60 °C.',
  locations: [
    { place: 'Kew Gardens', lat: 51.4787, lon: -0.2956 },
    { place: 'Baltic Sea' },
    { place: 'Latitude 0, longitude 32.5', lat: 0, lon: 32.5 },
  ],
  communities: [{ identifier: 'dryad' }],
}

describe('84: a full dataset', () => {
  test('84: becomes exactly these metadata of a data deposition with its own DOI', () => {
    expect(ofFamily('data', null)).toStrictEqual({
      ...common,
      doi: '10.5061/dryad.abc',
      upload_type: 'dataset',
      license: 'cc-zero',
      related_identifiers: [cited, page, { identifier: '10.5281/zenodo.77', relation: 'isDerivedFrom' }],
    })
  })

  test('84: with a DOI of Zenodo says that it is identical to the dataset', () => {
    const metadata = mapped(manifestWith({}), { doi: '10.5281/zenodo.12', dataDoi: 'zenodo' })
    expect(metadata.doi).toBe('10.5281/zenodo.12')
    expect(metadata.related_identifiers?.at(-1)).toEqual({ identifier: datasetUrl, relation: 'isIdenticalTo' })
  })
})

describe('85: a software or supplemental deposition', () => {
  test('85: of software is the source of the dataset, with its own DOI and licence, and does not list itself', () => {
    expect(ofFamily('software')).toStrictEqual({
      ...common,
      doi: '10.5281/zenodo.12',
      upload_type: 'software',
      license: 'mit',
      related_identifiers: [cited, page, { identifier: datasetUrl, relation: 'isSourceOf' }],
    })
  })

  test('85: of supplemental files is derived from the dataset, under CC BY', () => {
    expect(ofFamily('supp')).toStrictEqual({
      ...common,
      doi: '10.5281/zenodo.12',
      upload_type: 'other',
      license: 'cc-by-4.0',
      related_identifiers: [cited, page, { identifier: datasetUrl, relation: 'isDerivedFrom' }],
    })
  })

  test.each([
    [undefined, 'mit'],
    ['apache-2.0', 'apache-2.0'],
    ['GPL-3.0-or-later', 'gpl-3.0-or-later'],
    ['GPL-3.0', 'gpl-3.0-only'],
    ['AGPL-3.0', 'agpl-3.0-only'],
    ['LGPL-2.1', 'lgpl-2.1-only'],
    ['BSD-3-Clause', 'bsd-3-clause'],
  ])('85: of software under %s is sent as %s', (softwareLicense, license) => {
    expect(mapped(manifestWith({}, { softwareLicense }), { family: 'software' }).license).toBe(license)
  })
})

describe('86: a dataset without abstract', () => {
  test.each([
    ['no descriptions', undefined],
    ['no abstract', [{ descriptionType: 'Methods', description: 'some' }]],
    ['an empty abstract', [{ descriptionType: 'Abstract', description: '' }]],
    ['an abstract of white space', [{ descriptionType: 'Abstract', description: ' \n' }]],
    ['an abstract of empty tags', [{ descriptionType: 'Abstract', description: '<p>&nbsp;</p>' }]],
    ['an abstract without text', [{ descriptionType: 'Abstract', description: null }]],
  ])('86: (%s) says that there is none', (_what, descriptions) => {
    expect(dataWith({ descriptions }).description).toBe('No abstract available')
  })

  test('86: takes the first abstract that says something', () => {
    const descriptions = ['', 'First', 'Second'].map((description) => ({ descriptionType: 'abstract', description }))
    expect(dataWith({ descriptions }).description).toBe('First')
  })
})

test('89: keywords leave out the classifications fos and bad_fos, and repetitions', () => {
  const subjects = [
    { subject: 'a' },
    { subject: 'b', subjectScheme: 'FOS' },
    { subject: 'c', subjectScheme: 'bad_fos' },
    { subject: ' a ' },
    { subject: '' },
    { subject: 'R&amp;D', subjectScheme: 'other' },
  ]
  expect(dataWith({ subjects }).keywords).toEqual(['a', 'R&D'])
  expect(dataWith({ subjects: [subjects[1]] })).not.toHaveProperty('keywords')
})

describe('90: a location', () => {
  const point = (pointLatitude: unknown, pointLongitude: unknown) => ({
    geoLocationPoint: { pointLatitude, pointLongitude },
  })

  test.each([
    ['a place only', { geoLocationPlace: 'Kew' }, [{ place: 'Kew' }]],
    ['a point only', point(1.5, -2), [{ place: 'Latitude 1.5, longitude -2', lat: 1.5, lon: -2 }]],
    ['both', { geoLocationPlace: 'Kew', ...point('51.5', '-0.3') }, [{ place: 'Kew', lat: 51.5, lon: -0.3 }]],
    ['coordinates of 0', { geoLocationPlace: 'Gulf', ...point(0, '0') }, [{ place: 'Gulf', lat: 0, lon: 0 }]],
    ['a place and half a point', { geoLocationPlace: 'Kew', ...point(1, null) }, [{ place: 'Kew' }]],
    ['a place and an impossible point', { geoLocationPlace: 'Kew', ...point(91, 0) }, [{ place: 'Kew' }]],
    ['a box only', { geoLocationBox: { westBoundLongitude: 1 } }, undefined],
    ['a blank place', { geoLocationPlace: ' ' }, undefined],
  ])('90: with %s is sent with a place and numbers, or not at all', (_what, location, locations) => {
    expect(dataWith({ geoLocations: [location] }).locations).toEqual(locations)
  })
})

describe('91: dates and licences', () => {
  test('91: an unknown publication date is left out', () => {
    const version = { number: 1, publicationDate: null }
    expect(mapped(manifestWith({}, { version }))).not.toHaveProperty('publication_date')
  })

  test.each([
    [[{ rightsUri: 'https://spdx.org/licenses/CC0-1.0.html' }], 'cc-zero'],
    [[{ rightsUri: 'https://creativecommons.org/publicdomain/zero/1.0/' }], 'cc-zero'],
    [[{ rightsIdentifier: 'cc0-1.0' }], 'cc-zero'],
    [[{ rights: 'free text' }, { rightsUri: 'https://spdx.org/licenses/CC0-1.0.html' }], 'cc-zero'],
    [[{ rightsUri: 'https://creativecommons.org/licenses/by/4.0/' }], 'cc-by'],
    [[{ rightsUri: 'https://creativecommons.org/licenses/by/4.0/' }, { rightsIdentifier: 'cc0-1.0' }], 'cc-by'],
    [[{ rightsUri: 'https://example.org/other' }], 'cc-by'],
    [[], 'cc-by'],
    [null, 'cc-by'],
  ])('91: the rights %j are sent as %s', (rightsList, license) => {
    expect(dataWith({ rightsList }).license).toBe(license)
  })
})

describe('92: the DOI of the dataset', () => {
  test.each(['software', 'supp'] as const)('92: is never that of a %s deposition', (family) => {
    expect(ofFamily(family, null)).not.toHaveProperty('doi')
    for (const doi of ['10.5061/dryad.abc', 'https://doi.org/10.5061/DRYAD.ABC'])
      expect(ofFamily(family, doi)).not.toHaveProperty('doi')
  })

  test('92: is not that of a data deposition with a DOI of Zenodo', () => {
    expect(mapped(manifestWith({}), { doi: '10.5061/dryad.abc', dataDoi: 'zenodo' })).not.toHaveProperty('doi')
  })

  test('92: of a test prefix is shifted in what is sent, not in the manifest', () => {
    const manifest = manifestWith({}, { dataset: { doi: '10.5072/fk2.abc' } })
    expect(mapped(manifest).doi).toBe('10.55072/fk2.abc')
    expect(manifest.dataset.doi).toBe('10.5072/fk2.abc')
    for (const doi of ['10.55072/fk2.abc', '10.5072/fk2.abc'])
      expect(mapped(manifest, { family: 'software', doi })).not.toHaveProperty('doi')
    const software = mapped(manifest, { family: 'software' })
    expect(software.related_identifiers?.at(-1)?.identifier).toBe('https://doi.org/10.5072/fk2.abc')
  })
})

describe('the upload type of data', () => {
  test.each([
    ['Dataset', { upload_type: 'dataset' }],
    [null, { upload_type: 'dataset' }],
    ['Collection', { upload_type: 'dataset' }],
    ['JournalArticle', { upload_type: 'publication', publication_type: 'article' }],
    ['Audiovisual', { upload_type: 'video' }],
    ['InteractiveResource', { upload_type: 'other' }],
    ['constructor', { upload_type: 'other' }],
  ])('for %s is one that Zenodo knows', (resourceTypeGeneral, expected) => {
    expect(dataWith({ types: { resourceTypeGeneral } })).toMatchObject(expected)
  })
})

describe('overrides of the manifest', () => {
  test('are merged last, for every family', () => {
    const zenodo = {
      title: 'Mine',
      communities: ['eu'],
      access_right: 'embargoed',
      embargo_date: '2030-01-01',
      imprint_publisher: 'Dryad',
    }
    for (const family of families) {
      const metadata = mapped(manifestWith({}, { zenodo }), { family })
      expect(metadata).toMatchObject({ ...zenodo, communities: [{ identifier: 'eu' }] })
    }
  })
})

test('metadata of any dataset hold no blank, null or undefined value', () => {
  const blank = fc.constantFrom('', ' ', null, undefined)
  const attributes = fc.record({
    titles: fc.array(fc.record({ title: blank })),
    creators: fc.array(fc.record({ name: blank, givenName: blank, familyName: blank })),
    subjects: fc.array(fc.record({ subject: blank })),
    geoLocations: fc.array(fc.record({ geoLocationPlace: blank })),
    relatedIdentifiers: fc.array(fc.record({ relatedIdentifier: blank, relationType: blank })),
    descriptions: fc.array(fc.record({ description: blank, descriptionType: fc.constantFrom('Abstract', 'Methods') })),
    fundingReferences: fc.constant(null),
  })
  fc.assert(
    fc.property(attributes, fc.constantFrom(...families), (metadata, family) => {
      const sent = mapped(manifestWith(metadata), { family })
      expect(Object.keys(sent)).not.toContain('creators')
      for (const value of Object.values(sent)) expect(['', null, undefined]).not.toContain(value)
    }),
    { numRuns: 50 },
  )
})

test('the same manifest always gives the same metadata, and is not changed', () => {
  const manifest = manifestWith({})
  const before = structuredClone(manifest)
  expect(mapped(manifest)).toEqual(mapped(manifestWith({})))
  expect(manifest).toEqual(before)
})
