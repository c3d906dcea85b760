/** Which copies does a manifest call for, and may it replace what is stored? */
import { type Copy, type CopyType, endsPublished, type Family, families, familyOf, positionOf } from './copy.ts'
import { Failure } from './failure.ts'
import { filesOfFamily } from './manifest/family-files.ts'
import type { Manifest } from './manifest/manifest.ts'

/**
 * The copy types of a manifest for which the caller named none: a submission for each family that has files now or had a
 * copy before; when the version is published also the publish copies, and the data copy.
 */
export function typesFor(
  manifest: Manifest,
  copies: readonly Pick<Copy, 'family' | 'type'>[],
  publish: boolean,
): CopyType[] {
  const published = publish || manifest.version.published
  const concerned = (family: Family) =>
    filesOfFamily(manifest, family).length > 0 || copies.some((copy) => copy.family === family)
  return families.filter(concerned).flatMap((family): CopyType[] => {
    if (family === 'data') return published ? ['data'] : []
    const publishing: CopyType = family === 'software' ? 'software_publish' : 'supp_publish'
    return published ? [family, publishing] : [family]
  })
}

/** Those of the types for which the version has something: data that is not there cannot be published. */
export function possibleTypes(types: readonly CopyType[], manifest: Manifest): CopyType[] {
  return types.filter((type) => type !== 'data' || filesOfFamily(manifest, 'data').length > 0)
}

/** Whether work on the copy has begun, so that its manifest is no longer free to change. */
function hasStarted(copy: Pick<Copy, 'state' | 'attempts' | 'depositionId'>): boolean {
  return copy.state === 'replicating' || copy.state === 'finished' || copy.attempts > 0 || copy.depositionId !== null
}

/**
 * Whether a copy of a later version stands at Zenodo, or may do so because an answer was lost: an earlier one would undo it,
 * or make a second draft beside it.
 */
export function hasBeenTaken(copy: Pick<Copy, 'state' | 'step' | 'depositionId'>): boolean {
  if (copy.state === 'finished' || copy.state === 'cancelled') return copy.state === 'finished'
  return copy.depositionId !== null || copy.step !== null
}

/** @throws Failure `version_superseded` when a later copy of the family has been taken to Zenodo already. */
export function requireNotSuperseded(versionNumber: number, type: CopyType, copies: readonly Copy[]): void {
  const position = positionOf(versionNumber, type)
  const later = copies.find(
    (copy) =>
      copy.family === familyOf(type) &&
      copy.position > position &&
      copy.state !== 'cancelled' &&
      (hasStarted(copy) || hasBeenTaken(copy)),
  )
  if (!later) return
  const text = `Version ${versionNumber} cannot get a ${type} copy any more: copy ${later.id} (${later.type} of version ${later.version.number}) has been taken to Zenodo.`
  throw new Failure('version_superseded', text, { details: { copy: later.id, version: later.version.number } })
}

/** What a newly sent manifest is to the stored one. `sources`: the same but for where the bytes come from. */
export type ManifestChange = 'none' | 'sources' | 'metadata' | 'files'

/** Compares two manifests of one version. */
export function manifestChange(stored: Manifest, sent: Manifest): ManifestChange {
  if (canonical(fileFacts(stored)) !== canonical(fileFacts(sent))) return 'files'
  if (canonical({ ...stored, files: null }) !== canonical({ ...sent, files: null })) return 'metadata'
  return canonical(stored.files) === canonical(sent.files) ? 'none' : 'sources'
}

function fileFacts(manifest: Manifest): unknown {
  return families.map((family) =>
    filesOfFamily(manifest, family).map(({ path, size, checksum }) => ({ path, size, checksum })),
  )
}

/** JSON with sorted keys: two documents that mean the same compare equal. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

/**
 * May the sent manifest take the stored one's place? Fresh sources always. Anything else only while no copy of the version
 * has begun, or the ones that have are in error: correcting the manifest is how their failure is put right. Besides, a
 * publish copy may bring newer metadata with the same files, as curators edit those between submission and publication.
 * @throws Failure `manifest_changed`
 */
export function requireMayReplace(
  change: ManifestChange,
  types: readonly CopyType[],
  ofVersion: readonly Copy[],
): void {
  if (change === 'none' || change === 'sources') return
  const begun = ofVersion.filter((copy) => hasStarted(copy) && copy.state !== 'error' && copy.state !== 'cancelled')
  if (begun.length === 0) return
  const publishing = types.some((type) => type !== 'data' && endsPublished(type))
  if (change === 'metadata' && publishing && !begun.some((copy) => endsPublished(copy.type))) return
  const names = begun.map((copy) => `${copy.id} (${copy.type}, ${copy.state})`).join(', ')
  const text = `The ${change} of this manifest differ from what is stored for the version, and work on it has begun: copy ${names}.`
  throw new Failure('manifest_changed', text, { details: { change, started: begun.map((copy) => copy.id) } })
}
