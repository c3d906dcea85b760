/** What does a dataset's embargo do to its metadata at Zenodo? */
import type { Manifest } from './manifest/manifest.ts'

/**
 * The manifest as it counts while the dataset is under embargo. One that asks for no access at all, or for an embargo that ends later,
 * stays as it is. On its last day an embargo is over, and Zenodo refuses such a date (invenio-rdm-records, access.embargo.until).
 * @param until YYYY-MM-DD, or null for none. @param today YYYY-MM-DD in UTC
 */
export function withEmbargo(manifest: Manifest, until: string | null, today: string): Manifest {
  const { zenodo } = manifest
  const { access_right: right = 'open', embargo_date: own = '' } = zenodo
  if (until === null || until <= today || right === 'restricted' || right === 'closed') return manifest
  if (right === 'embargoed' && own >= until) return manifest
  return { ...manifest, zenodo: { ...zenodo, access_right: 'embargoed', embargo_date: until } }
}
