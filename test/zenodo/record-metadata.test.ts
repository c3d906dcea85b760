/** Does a record get the same metadata by either API? All fields there are, sent through both, compared at Zenodo. */
import { expect, onTestFinished, test } from 'vitest'
import type { DepositMetadata } from '../../src/core/metadata/deposit-metadata.ts'
import { createEmulator } from '../../src/emulator/server.ts'
import type { DepositionsOptions } from '../../src/zenodo/connection.ts'
import { createRecords } from '../../src/zenodo/records/client.ts'
import { recordBody } from '../../src/zenodo/records/record-metadata.ts'
import { setup } from './setup.ts'

const people = [
  { name: 'Curie, Marie', affiliation: 'Sorbonne', orcid: '0000-0002-1825-0097' },
  { name: 'Consortium of, Many, Commas', gnd: '170118215' },
]
const places = [{ place: 'Paris', lat: 48.85, lon: 2.35, description: 'The shed' }, { place: 'Warsaw' }]
const everything: DepositMetadata = {
  upload_type: 'publication',
  publication_type: 'thesis',
  title: 'Radium & more',
  publication_date: '2026-11-01',
  creators: people,
  contributors: [
    { name: 'Doe, Jane', type: 'DataManager' },
    { name: 'Roe', type: 'Other', affiliation: 'There' },
  ],
  thesis_supervisors: [{ name: 'Lippmann, Gabriel' }],
  thesis_university: 'Paris',
  description: '<p>About <b>radium</b></p>',
  access_right: 'open',
  license: 'mit-license',
  keywords: ['radium', 'polonium'],
  notes: '<p>Notes</p>',
  method: '<p>Method</p>',
  references: ['Becquerel 1896'],
  related_identifiers: [
    { identifier: 'https://doi.org/10.5061/dryad.abc', relation: 'isDerivedFrom', resource_type: 'dataset' },
    { identifier: 'https://example.org/x', relation: 'cites' },
    { identifier: 'arXiv:2101.00001', relation: 'references' },
    { identifier: '10.1234/alt', relation: 'isAlternateIdentifier' },
  ],
  grants: [{ id: '10.13039/501100001665::755021' }, { id: '283595' }],
  locations: places,
  dates: [
    { start: '1897-12-16', end: '1898-07-18', type: 'Collected', description: 'Pitchblende' },
    { start: '1898-07-18', type: 'Issued' },
  ],
  language: 'fr',
  version: '2.0',
  imprint_publisher: 'Gauthier-Villars',
  imprint_isbn: '978-0-306-40615-7',
  imprint_place: 'Paris',
  partof_title: 'Theses',
  partof_pages: '1-142',
  journal_title: 'Comptes rendus',
  journal_volume: '127',
  journal_issue: '3',
  journal_pages: '175-178',
  conference_title: 'Solvay',
  conference_acronym: 'S1',
  conference_dates: '1911',
  conference_place: 'Brussels',
  conference_url: 'https://example.org/solvay',
  conference_session: '1',
  conference_session_part: '2',
  custom: { 'dwc:family': ['Felidae'] },
}

async function shownBy(api: 'deposit' | 'records', metadata: DepositMetadata) {
  const emulator = await createEmulator()
  onTestFinished(() => emulator.close())
  const options = { baseUrl: emulator.url, token: emulator.token }
  const records = (all: DepositionsOptions) => createRecords({ ...all, publisher: 'Zenodo' })
  const { zenodo, signal } = api === 'deposit' ? setup(options) : setup(options, records)
  await zenodo.create(metadata, signal)
  const answer = (await (await fetch(`${emulator.url}/_emulator/records`)).json()) as {
    records: { metadata: object }[]
  }
  return answer.records[0]?.metadata
}

test.each([
  ['all there is', everything],
  ['the least there is', { upload_type: 'dataset', description: 'Nothing', access_right: 'open', license: 'cc-by' }],
  ['restricted files', { ...everything, access_right: 'restricted' }],
  ['an embargo', { ...everything, access_right: 'embargoed', embargo_date: '2999-01-01' }],
  ['a licence with a title only', { ...everything, license: 'other-open' }],
  ['a DOI of the dataset', { ...everything, doi: '10.5061/dryad.abc' }],
  ['an image', { ...everything, upload_type: 'image', image_type: 'photo', license: 'apache2.0' }],
] as const)('is the same by either API: %s', async (_, metadata) => {
  expect(await shownBy('records', metadata as DepositMetadata)).toEqual(
    await shownBy('deposit', metadata as DepositMetadata),
  )
})

test('fills in what the deposit API fills in by itself, and never a DOI', () => {
  const least = { upload_type: 'dataset', description: 'Nothing', access_right: 'open', license: 'cc-by' } as const
  const { metadata, ...rest } = recordBody({ ...least, doi: '10.1/x' }, { publisher: 'Ours', today: '2026-11-24' })
  expect(metadata).toMatchObject({ publisher: 'Ours', publication_date: '2026-11-24', rights: [{ id: 'cc-by-4.0' }] })
  expect(Object.keys(rest)).toEqual(['access', 'files', 'custom_fields'])
})
