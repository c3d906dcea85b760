/** A manifest as a repository sends it: DataCite metadata of a dataset with everything that is mapped. */
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'

export const fullMetadata = {
  doi: '10.5061/dryad.abc',
  publisher: 'Dryad',
  publicationYear: 2026,
  language: 'en',
  version: '3',
  types: { resourceTypeGeneral: 'Dataset', resourceType: 'dataset' },
  titles: [
    { title: 'Untertitel', titleType: 'Subtitle' },
    { title: 'Growth of <em>Poa annua</em> &amp; other grasses at p &lt; 0.05', titleType: null },
  ],
  creators: [
    {
      name: 'Carberry, Josiah',
      nameType: 'Personal',
      givenName: 'Josiah',
      familyName: 'Carberry',
      affiliation: [{ name: 'Brown University', affiliationIdentifier: 'https://ror.org/05gq02987' }],
      nameIdentifiers: [{ nameIdentifier: 'https://orcid.org/0000-0002-1825-0097', nameIdentifierScheme: 'ORCID' }],
    },
    { name: 'Doe, Jane', givenName: 'Jane', familyName: 'Doe', affiliation: ['', 'Univ. A', 'Univ. B'] },
    { name: 'Grassland Consortium', nameType: 'Organizational', affiliation: [] },
  ],
  contributors: [{ name: 'Helper, Hal', contributorType: 'ContactPerson' }],
  descriptions: [
    { descriptionType: 'Methods', description: '<p>Weighed daily.</p>' },
    { descriptionType: 'Abstract', description: '<p>Grass <i>grows</i>.</p>' },
    { descriptionType: 'Other', description: '<p>See README.</p>' },
    { descriptionType: 'Methods', description: 'Dried at 60 °C.' },
    { descriptionType: 'TechnicalInfo', description: 'not mapped' },
  ],
  rightsList: [{ rights: 'CC0 1.0', rightsUri: 'https://spdx.org/licenses/CC0-1.0.html' }],
  subjects: [
    { subject: 'grass' },
    { subject: 'growth', subjectScheme: 'PLOS Subject Area Thesaurus' },
    { subject: 'Biological sciences', subjectScheme: 'fos' },
    { subject: 'Bad science', subjectScheme: 'bad_fos' },
    { subject: 'FOS: Biological sciences', subjectScheme: 'Fields of Science and Technology (FOS)' },
    { subject: 'grass' },
  ],
  fundingReferences: [
    {
      funderName: 'A & B <Co>',
      funderIdentifier: 'https://doi.org/10.13039/100000001',
      funderIdentifierType: 'Crossref Funder ID',
      awardNumber: 'DEB-1',
    },
    { funderName: 'Wellcome', funderIdentifier: 'https://ror.org/029chgv08', funderIdentifierType: 'ROR' },
  ],
  relatedIdentifiers: [
    {
      relatedIdentifier: 'https://doi.org/10.1111/ABC.123',
      relatedIdentifierType: 'DOI',
      relationType: 'IsCitedBy',
      resourceTypeGeneral: 'JournalArticle',
    },
    { relatedIdentifier: 'https://example.org/page', relatedIdentifierType: 'URL', relationType: 'References' },
    { relatedIdentifier: '10.5281/zenodo.77', relatedIdentifierType: 'DOI', relationType: 'IsDerivedFrom' },
    { relatedIdentifier: 'https://example.org/t', relatedIdentifierType: 'URL', relationType: 'IsTranslationOf' },
  ],
  geoLocations: [
    { geoLocationPlace: 'Kew Gardens', geoLocationPoint: { pointLatitude: 51.4787, pointLongitude: '-0.2956' } },
    { geoLocationPlace: 'Baltic Sea' },
    { geoLocationPoint: { pointLatitude: 0, pointLongitude: 32.5 } },
    {
      geoLocationBox: {
        westBoundLongitude: 1,
        eastBoundLongitude: 2,
        southBoundLatitude: 3,
        northBoundLatitude: 4,
      },
    },
  ],
}

/** A complete manifest as it is sent. Every call gives a new one, so that a test may change it. */
export function fullInput() {
  return structuredClone({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: '10.5061/dryad.abc', id: '4711' },
    version: { number: 3, id: '90210', published: true, publicationDate: '2026-11-01' },
    metadata: fullMetadata,
    files: {
      data: [
        { path: 'table.csv', size: 1834, checksum: `sha-256:${'ab'.repeat(32)}`, source: 'https://example.org/t?s=1' },
        { path: 'raw/plot 1.csv', size: 0, source: 's3://bucket/raw/plot 1.csv' },
      ],
      software: [{ path: 'analysis.R', size: 512, source: 'file:analysis.R' }],
      supplemental: [],
    },
    softwareLicense: 'MIT',
  })
}

/** A parsed manifest with these metadata attributes in place of the full ones, and other parts as given. */
export function manifestWith(metadata: object, parts: object = {}): Manifest {
  const parsed = parseManifest({ ...fullInput(), metadata: { ...fullMetadata, ...metadata }, ...parts })
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.manifest
}
