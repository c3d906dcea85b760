/** Which files of a manifest belong to a family? */
import type { Family } from '../copy.ts'
import type { Manifest, ManifestFile } from './manifest.ts'

const listOf = { data: 'data', software: 'software', supp: 'supplemental' } as const satisfies Record<
  Family,
  keyof Manifest['files']
>

export function filesOfFamily(manifest: Manifest, family: Family): readonly ManifestFile[] {
  return manifest.files[listOf[family]]
}
