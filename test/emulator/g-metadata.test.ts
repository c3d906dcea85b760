/** Section G of the checklist: what is made of metadata, and how it comes back. */
import { expect, test } from 'vitest'
import { startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'
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
  subjects: [{ scheme: 'gnd', identifier: 'gnd:1234567899', term: 'Astronaut' }],
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
  thesis_supervisors: [{ name: 'Super, Visor', affiliation: 'Atlantis' }],
  thesis_university: 'Some university',
  contributors: [{ ...jane, type: 'DataCurator' }],
  locations: [{ place: 'London', description: 'A nice location', lat: 10.2, lon: 5 }],
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
    contributors: [{ name: 'Super, Visor', affiliation: 'Atlantis', type: 'Supervisor' }, ...full.contributors],
  })
  expect(draft.doi).toBe('10.1234/foo.bar')
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

const licenceShape = "Invalid license value provided (expected string, or object with 'id' key): "

test.each([
  ['a numeric licence', { license: 1 }, 'metadata.license', `${licenceShape}1`],
  ['a list of licences', { license: ['mit'] }, 'metadata.license', `${licenceShape}["mit"]`],
  [
    'an empty licence object',
    { license: {} },
    'metadata.license',
    "Invalid license object provided (missing 'id' key): {}",
  ],
  ['an unknown licence', { license: 'cc-by-nc' }, 'metadata.license', 'Invalid license provided: cc-by-nc'],
  [
    'identifiers that are no list',
    { related_identifiers: {} },
    'metadata.related_identifiers',
    'related_identifiers must be a list',
  ],
  [
    'an identifier that is no object',
    { related_identifiers: ['x'] },
    'metadata.related_identifiers.0',
    'Each related identifier must be an object',
  ],
  [
    'a relation that is no text',
    { related_identifiers: [{ identifier: '10.1/x', relation: 1 }] },
    'metadata.related_identifiers.0.relation',
    'relation must be a string',
  ],
  [
    'an identifier of no scheme',
    { related_identifiers: [{ identifier: 'what?', relation: 'cites' }] },
    'metadata.related_identifiers.scheme',
    'No valid scheme recognized for identifier.',
  ],
  ['communities as an object', { communities: {} }, 'communities', undefined],
  ['communities as texts', { communities: ['dryad'] }, 'communities', undefined],
  [
    'communities by id',
    { communities: [{ id: 'dryad' }] },
    'communities',
    "Communities must be an array of objects with an 'identifier' key.",
  ],
  ['an unknown access right', { access_right: 'secret' }, '_schema', 'Unknown access type.'],
  ['an embargo without a date', { access_right: 'embargoed' }, '_schema', 'Unknown access type.'],
  [
    'a language of four letters',
    { language: 'engl' },
    'metadata.language',
    'Language must be either ISO-639-1 or 639-2 compatible.',
  ],
  ['a date without a date', { dates: [{ type: 'Collected' }] }, 'metadata.dates', 'Invalid date provided.'],
  ['a null title', { title: null }, 'metadata.title', 'Field may not be null.'],
])('7.G 104-110, 116: %s is refused', async (_, metadata, field, message) => {
  const zenodo = await startZenodo()
  const { status, data } = await zenodo.call('POST', LIST, { json: { metadata } })
  expect(status).toBe(400)
  expect(data.errors).toMatchObject([{ field, messages: [message ?? expect.any(String)] }])
  expect((await zenodo.call('GET', '/_emulator/records')).data.records).toEqual([])
})

test.each([
  ['resource type', { upload_type: 'thing' }, 'thing'],
  ['subtype', { upload_type: 'publication', publication_type: 'novel' }, 'publication-novel'],
  ['role', { contributors: [{ name: 'A', type: 'Cook' }] }, 'cook'],
  ['relation', { related_identifiers: [{ identifier: '10.1234/x', relation: 'likes' }] }, 'likes'],
  ['language', { language: 'qqx' }, 'qqx'],
  ['award', { grants: [{ id: '99999' }] }, '00k4n6c32::99999'],
])('7.G 117, 118: an unknown %s is refused without a list of errors', async (_, metadata, id) => {
  const zenodo = await startZenodo()
  const { data } = await zenodo.call('POST', LIST, { json: { metadata } })
  expect(data).toEqual({ status: 400, message: `Invalid value ${id}.` })
})

test.each([
  ['creators that are no objects', { creators: ['Doe'] }],
  ['an identifier without a relation', { related_identifiers: [{ identifier: '10.1234/x' }] }],
  ['a location without a place', { locations: [{ lat: 1, lon: 1 }] }],
  ['a grant without an id', { grants: [{}] }],
  ['a licence object without an id', { license: { name: 'mit' } }],
])('5.1 Q4: %s make the server fail', async (_, metadata) => {
  const zenodo = await startZenodo()
  expect((await zenodo.call('POST', LIST, { json: { metadata } })).status).toBe(500)
})

test.each([
  ['7.G 106: a dataset is CC0', { upload_type: 'dataset' }, { license: 'cc-zero' }],
  ['7.G 106: software is CC BY', { upload_type: 'software' }, { license: 'cc-by-4.0' }],
  ['7.G 106: restricted access has no licence', { access_right: 'restricted' }, { license: undefined }],
  ['7.G 110: closed access becomes restricted', { access_right: 'closed' }, { access_right: 'restricted' }],
  ['7.G 109: communities are echoed', { communities: [{ identifier: 'c1' }] }, { communities: [{ identifier: 'c1' }] }],
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
  ['7.G 120: access conditions vanish', { access_conditions: '<p>no</p>' }, { access_conditions: undefined }],
  ['7.G 121: a DOI is written bare', { doi: 'https://doi.org/10.1234/X' }, { doi: '10.1234/X' }],
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
