/** Do the metadata of a full dataset arrive at Zenodo, through the refusals and habits that it has? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fullMetadata } from '../core/full-manifest.ts'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

const draft = {
  published: true,
  publicationDate: '2026-11-01',
  metadata: fullMetadata,
  data: { 'table.csv': 'a;b\n' },
  software: { 'analysis.R': 'fit()\n' },
  supp: { 'figure.svg': '<svg/>' },
  softwareLicense: 'MIT',
}

describe.each(databases)('the metadata of a full dataset, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('84, 88, 89, 90, 91: of a data copy are published under its own DOI, with funders, keywords and places', async () => {
    const copy = await world.bring(draft, 'data')
    expect(copy).toMatchObject({ state: 'finished', doi: '10.5061/dryad.abc' })
    const { metadata } = await world.zenodo.record(copy.depositionId)
    expect(metadata).toMatchObject({
      doi: '10.5061/dryad.abc',
      upload_type: 'dataset',
      license: 'cc-zero',
      publication_date: '2026-11-01',
      keywords: ['grass', 'growth'],
      notes: expect.stringContaining('Funding provided by: A &amp; B &lt;Co&gt;'),
    })
    expect((metadata.creators as Array<{ name: string }>).map(({ name }) => name)).toEqual([
      'Carberry, Josiah',
      'Doe, Jane',
      'Grassland Consortium',
    ])
    const places = metadata.locations as Array<{ place: string }>
    expect(places.map(({ place }) => place)).toEqual([
      'Kew Gardens',
      'Baltic Sea',
      expect.stringContaining('Latitude 0'),
    ])
  })

  it.each([
    ['software', 'software_publish', 'software', 'mit', 'isSourceOf'],
    ['supp', 'supp_publish', 'other', 'cc-by-4.0', 'isDerivedFrom'],
  ] as const)(
    '85, 92: of a %s copy have a DOI, type, licence and relation of their own',
    async (_family, type, uploadType, license, relation) => {
      const copy = await world.bring(draft, type)
      expect(copy).toMatchObject({ state: 'finished', doi: `10.5281/zenodo.${copy.depositionId}` })
      const { metadata } = await world.zenodo.record(copy.depositionId)
      expect(metadata).toMatchObject({ doi: copy.doi, upload_type: uploadType })
      expect(String(metadata.license).toLowerCase()).toMatch(new RegExp(`^${license}`))
      expect(metadata.related_identifiers).toContainEqual(
        expect.objectContaining({ relation, identifier: expect.stringContaining('10.5061/dryad.abc') }),
      )
    },
  )

  it('86: a dataset without an abstract is published all the same, and says so', async () => {
    const metadata = { ...fullMetadata, descriptions: [{ descriptionType: 'Abstract', description: '' }] }
    const copy = await world.bring({ ...draft, metadata }, 'software_publish')
    expect(copy.state).toBe('finished')
    const record = await world.zenodo.record(copy.depositionId)
    expect(record.metadata.description).toContain('No abstract available')
  })

  it('87: related works that are hidden or not verified are not to be found at Zenodo', async () => {
    const hidden = { relatedIdentifierType: 'DOI', relationType: 'IsCitedBy', relatedIdentifier: '10.1111/hidden' }
    const related = [
      { ...hidden, hidden: true },
      { ...hidden, relatedIdentifier: '10.1111/unverified', verified: false },
    ]
    const copy = await world.bring({ ...draft, metadata: { ...fullMetadata, relatedIdentifiers: related } }, 'data')
    expect(copy.state).toBe('finished')
    const record = JSON.stringify((await world.zenodo.record(copy.depositionId)).metadata)
    expect(record).not.toContain('10.1111/hidden')
    expect(record).not.toContain('10.1111/unverified')
  })

  it('92: on the sandbox the reserved DOI is not sent back, and the DOI of the dataset never instead', async () => {
    await world.zenodo.settings({ sandbox: true })
    const copy = await world.bring(draft, 'software')
    expect(copy.state).toBe('finished')
    const record = await world.zenodo.record(copy.depositionId)
    expect(JSON.stringify(record.metadata.doi ?? '')).not.toContain('dryad')
  })
})
