/** A manifest that says as little as one may. */
import { type Manifest, parseManifest } from '../../../src/core/manifest/manifest.ts'

interface File {
  readonly path: string
  readonly size: number
  readonly source: string
  readonly checksum: string
}

/** A version of a published dataset. */
export function smallManifest(doi: string, files: readonly File[], number = 1): Manifest {
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi },
    version: { number, published: true, publicationDate: '2026-11-01' },
    metadata: {
      titles: [{ title: 'Heights of sunflowers' }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ description: 'All about sunflowers.', descriptionType: 'Abstract' }],
      types: { resourceTypeGeneral: 'Dataset' },
    },
    files: { data: files },
  })
  if (!parsed.ok) throw new Error(`the manifest is refused: ${JSON.stringify(parsed.problems)}`)
  return parsed.manifest
}
