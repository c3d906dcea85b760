import { describe, expect, test } from 'vitest'
import { depositMetadata, metadataShown } from '../../../src/core/metadata/deposit-metadata.ts'
import { manifestWith } from '../full-manifest.ts'

const manifest = manifestWith({})
const sent = depositMetadata({ manifest, family: 'data', doi: null, dataDoi: 'dataset', communities: [] })

/** As Zenodo answers: other names of licences, schemes added, names of the affiliations null. */
const shown = {
  ...sent,
  license: 'cc-zero-1',
  creators: sent.creators?.map((creator) => ({ affiliation: null, ...creator })),
  description: '<p>normalised</p>',
  prereserve_doi: { doi: '10.5281/zenodo.1', recid: 1 },
}

describe('what Zenodo shows', () => {
  test('agrees with what was sent in spite of its own spellings', () => {
    expect(metadataShown(sent, shown)).toEqual([])
  })

  test.each([
    ['title', { title: 'Growth of Poa annua' }],
    ['title', { title: undefined }],
    ['publication_date', { publication_date: '2026-11-02' }],
    ['upload_type', { upload_type: 'other' }],
    ['creators', { creators: sent.creators?.slice(1) }],
    ['creators', { creators: sent.creators?.toReversed() }],
    ['creators', { creators: [...(sent.creators ?? []), { name: 'One more' }] }],
    ['creators', { creators: 'Doe' }],
    ['creators', { creators: [null, null, null] }],
    ['doi', { doi: '10.5281/zenodo.1' }],
    ['doi', { doi: undefined }],
  ])('differs in %s', (field, change) => {
    expect(metadataShown(sent, { ...shown, ...change })).toEqual([field])
  })

  test('differs in everything when it is empty', () => {
    expect(metadataShown(sent, {})).toEqual(['title', 'publication_date', 'upload_type', 'creators', 'doi'])
  })

  test('is not compared where nothing was sent', () => {
    expect(
      metadataShown({ upload_type: 'dataset', description: 'x', access_right: 'open', license: 'cc-by' }, shown),
    ).toEqual([])
  })

  test.each([
    ['A  title\nwith spaces', 'A title with spaces'],
    ['The “curly” one’s title', 'The "curly" one\'s title'],
    ['Efﬁcient ﬂow', 'Efficient flow'],
    ['Cafe\u0301 at 5 µm', 'Caf\u00e9 at 5 μm'],
    ['Zero\u200bwidth', 'Zerowidth'],
    ['A &lt;b&gt; title', 'A <b> title'],
    ['Broken cafÃ© in a long title', 'Broken café in a long title'],
    ['草の成長', '草の成長'],
  ])('as a title, %j is the same as %j', (mine, theirs) => {
    expect(metadataShown({ ...sent, title: mine }, { ...shown, title: theirs })).toEqual([])
  })

  test.each([
    ['草の成長', '草の死'],
    ['Vol. 1', 'Vol. 2'],
    ['Été', 'Ete'],
    ['!!!', '???'],
  ])('as a title, %j is not %j', (mine, theirs) => {
    expect(metadataShown({ ...sent, title: mine }, { ...shown, title: theirs })).toEqual(['title'])
  })

  test('may spell the DOI as an address', () => {
    expect(metadataShown(sent, { ...shown, doi: 'https://doi.org/10.5061/DRYAD.abc' })).toEqual([])
  })
})
