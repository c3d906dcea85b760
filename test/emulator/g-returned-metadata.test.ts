/** Section G of the checklist, first part: how metadata comes back. */
import { expect, test } from 'vitest'
import { startZenodo } from './zenodo.ts'

const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

const jane = { name: 'Smith, Jane', affiliation: 'Atlantis', orcid: '0000-0002-1825-0097', gnd: '170118215' }

/** A deposit that uses nearly every field. */
const full = {
  access_right: 'embargoed',
  embargo_date: inAMonth,
  conference_acronym: 'Some acronym',
  conference_dates: 'Some dates',
  conference_place: 'Some place',
  conference_title: 'Some title',
  conference_url: 'http://someurl.com',
  conference_session: 'VI',
  conference_session_part: '1',
  creators: [jane, { name: 'Doe, John', affiliation: 'Atlantis' }],
  description: 'Some description',
  doi: '10.1234/foo.bar',
  grants: [{ id: '10.13039/501100001665::755021' }],
  imprint_isbn: '978-3-16-148410-0',
  imprint_place: 'Some place',
  imprint_publisher: 'Zenodo',
  journal_issue: 'Some issue',
  journal_pages: 'Some pages',
  journal_title: 'Some journal name',
  journal_volume: 'Some volume',
  keywords: ['Keyword 1', 'keyword 2'],
  subjects: [
    { scheme: 'gnd', identifier: 'gnd:1234567899', term: 'Astronaut' },
    { scheme: 'gnd', identifier: 'gnd:1234567898', term: 'Amish' },
  ],
  license: 'CC0-1.0',
  notes: 'Some notes',
  method: 'Some method',
  partof_pages: 'Some part of',
  partof_title: 'Some part of title',
  prereserve_doi: true,
  publication_date: '2013-09-12',
  publication_type: 'book',
  references: ['Reference 1', 'Reference 2'],
  related_identifiers: [
    { identifier: '2011ApJS..192...18K', relation: 'isAlternateIdentifier', scheme: 'ads' },
    { identifier: '10.1234/foo.bar2', relation: 'isCitedBy', scheme: 'doi' },
    { identifier: 'https://doi.org/10.1234/foo.bar3', relation: 'CITES', resource_type: 'dataset' },
    { identifier: 'https://example.org/page', relation: 'isOrignialFormOf' },
  ],
  thesis_supervisors: [{ name: 'Super, Visor', affiliation: 'Atlantis' }, jane],
  thesis_university: 'Some university',
  contributors: [
    { name: 'Doe, Jochen', affiliation: 'Atlantis', type: 'Other' },
    { ...jane, type: 'DataCurator' },
  ],
  locations: [
    { place: 'London', description: 'A nice location', lat: 10.2, lon: 5 },
    { place: 'Lisbon', lat: 5.1231221, lon: 1.23232323 },
  ],
  title: 'Test title',
  upload_type: 'publication',
  version: '2.0',
}

test('7.G 102, 112, 113: a full deposit comes back as Zenodo would write it', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft(full)
  const { thesis_supervisors: _, ...rest } = full
  expect(draft.metadata).toEqual({
    ...rest,
    license: 'cc-zero',
    prereserve_doi: { doi: `10.5281/zenodo.${draft.id}`, recid: draft.id },
    related_identifiers: [
      { identifier: '10.1234/foo.bar2', relation: 'isCitedBy', scheme: 'doi' },
      { identifier: '10.1234/foo.bar3', relation: 'cites', scheme: 'doi', resource_type: 'dataset' },
      { identifier: 'https://example.org/page', relation: 'isOriginalFormOf', scheme: 'url' },
      { identifier: '2011ApJS..192...18K', relation: 'isAlternateIdentifier', scheme: 'ads' },
    ],
    contributors: [
      { name: 'Super, Visor', affiliation: 'Atlantis', type: 'Supervisor' },
      { ...jane, type: 'Supervisor' },
      ...full.contributors,
    ],
  })
  expect(draft.doi).toBe('10.1234/foo.bar')
  expect((await zenodo.call('GET', draft.links.self)).data).toEqual(draft)
})

test('7.G 113: every type of contributor comes back as it was sent, and one that the deposit API cannot name as null', async () => {
  const zenodo = await startZenodo()
  const types =
    `ContactPerson DataCollector DataCurator DataManager Distributor Editor HostingInstitution Producer ProjectLeader
    ProjectManager ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson Researcher ResearchGroup RightsHolder
    Sponsor Supervisor WorkPackageLeader Other`.split(/\s+/)
  const contributors = [...types, 'translator'].map((type) => ({ name: 'Doe, Jane', type }))
  const { metadata } = await zenodo.draft({ title: 'abc', contributors })
  expect(metadata.contributors.map((one: { type: string | null }) => one.type)).toEqual([...types, null])
})

test.each([
  ['CC0-1.0', 'cc-zero'],
  ['cc-by-4.0', 'cc-by-4.0'],
  [{ id: 'cc-by-4.0' }, 'cc-by-4.0'],
  [' MIT ', 'mit-license'],
  ['apache', 'apache2.0'],
  ['agpl-3.0', 'apgl-v3'],
  ['cc-by-sa', 'cc-by-sa-4.0'],
  ['cc-nc', 'cc-nc'],
  ['GPL-3.0', 'gpl-3.0'],
  ['other-open', undefined],
])('7.G 103: the licence %j comes back as %s', async (license, returned) => {
  const zenodo = await startZenodo()
  expect((await zenodo.draft({ title: 'abc', license })).metadata.license).toBe(returned)
})

test.each([
  ['7.G 106: a dataset is CC0', { upload_type: 'dataset' }, { license: 'cc-zero' }],
  ['7.G 106: software is CC BY', { upload_type: 'software' }, { license: 'cc-by-4.0' }],
  ['7.G 106: no type is CC BY', {}, { license: 'cc-by-4.0' }],
  ['7.G 106: restricted access has no licence', { access_right: 'restricted' }, { license: undefined }],
  ['7.G 106: closed access has no licence', { access_right: 'closed' }, { license: undefined }],
  [
    '7.G 106: an embargoed dataset is CC0',
    { upload_type: 'dataset', access_right: 'embargoed', embargo_date: inAMonth },
    { license: 'cc-zero', embargo_date: inAMonth },
  ],
  ['7.G 110: closed access becomes restricted', { access_right: 'closed' }, { access_right: 'restricted' }],
  [
    '7.G 109: communities are echoed, whether they exist or not',
    { communities: [{ identifier: 'c1' }, { identifier: 'c2' }] },
    { communities: expect.arrayContaining([{ identifier: 'c1' }, { identifier: 'c2' }]) },
  ],
  [
    '7.G 111: one comma splits a name',
    { creators: [{ name: 'van Doe ,Jane' }] },
    { creators: [{ name: 'van Doe, Jane', affiliation: null }] },
  ],
  [
    '7.G 111: two commas do not',
    { creators: [{ name: 'A, B, C' }] },
    { creators: [{ name: 'A, B, C', affiliation: null }] },
  ],
  [
    '7.G 114: an interval keeps its ends',
    { dates: [{ start: '2020-01-01', end: '2020-02-01', type: 'Collected' }] },
    { dates: [{ start: '2020-01-01', end: '2020-02-01', type: 'collected' }] },
  ],
  [
    '7.G 114: a single date loses them',
    { dates: [{ start: '2020-01-01', type: 'Valid', description: 'd' }] },
    { dates: [{ type: 'valid', description: 'd' }] },
  ],
  [
    '7.G 115: a coordinate of 0 is none',
    { locations: [{ place: 'Null', lat: 0, lon: 7 }] },
    { locations: [{ place: 'Null' }] },
  ],
  [
    '7.G 115: one coordinate alone is none',
    { locations: [{ place: 'North', lat: 7, description: 'd' }] },
    { locations: [{ place: 'North', description: 'd' }] },
  ],
  ['7.G 116: two letters of a language become three', { language: 'en' }, { language: 'eng' }],
  [
    '7.G 118: a grant number alone is from the EC',
    { grants: [{ id: '283595' }] },
    { grants: [{ id: '10.13039/501100000780::283595' }] },
  ],
  [
    '7.G 119: tags are cleaned',
    { description: '<p onclick="x()">A <b>b</b> <a href="https://x.org">c</a><script>d</script></p>' },
    { description: '<p>A <b>b</b> <a href="https://x.org">c</a>d</p>' },
  ],
  [
    '7.G 120: access conditions vanish, also where they would belong',
    { access_right: 'restricted', access_conditions: '<p>no</p>' },
    { access_conditions: undefined, access_right: 'restricted' },
  ],
  [
    '3.3: a thesis is a dissertation',
    { upload_type: 'publication', publication_type: 'thesis' },
    { upload_type: 'publication', publication_type: 'dissertation' },
  ],
  ['3.2: a text of keywords falls apart', { keywords: 'ab' }, { keywords: ['a', 'b'] }],
  [
    '3.4: a relation without a name is left out',
    { related_identifiers: [{ identifier: '10.1234/x', relation: 'isTranslationOf' }] },
    { related_identifiers: [{ identifier: '10.1234/x', scheme: 'doi' }] },
  ],
])('%s', async (_, metadata, returned) => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft({ title: 'abc', ...metadata })
  const names = Object.keys(returned)
  expect(Object.fromEntries(names.map((name) => [name, draft.metadata[name]]))).toEqual(returned)
})

test('7.G 120: asking for a reserved DOI reserves none', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft({ title: 'abc', prereserve_doi: true })
  expect(draft).not.toHaveProperty('doi')
  expect(draft.metadata).not.toHaveProperty('doi')
  expect(draft.metadata.prereserve_doi.recid).toBe(draft.id)
})

test('7.G 121: a DOI is written bare, at the top and in the metadata', async () => {
  const zenodo = await startZenodo()
  for (const doi of ['https://doi.org/10.1234/X', 'http://dx.doi.org/10.1234/X', 'doi:10.1234/X', '10.1234/X']) {
    const draft = await zenodo.draft({ title: 'abc', doi })
    expect({ doi: draft.doi, url: draft.doi_url, inside: draft.metadata.doi, link: draft.links.doi }).toEqual({
      doi: '10.1234/X',
      url: 'https://doi.org/10.1234/X',
      inside: '10.1234/X',
      link: 'https://doi.org/10.1234/X',
    })
  }
})
