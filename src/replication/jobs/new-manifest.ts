/** What does a manifest change that was sent to a metadata refresh? Its metadata become those of its version; the files stay what they are. */
import { type Copy, families } from '../../core/copy.ts'
import { manifestChange } from '../../core/enqueue-rules.ts'
import { Failure } from '../../core/failure.ts'
import { parseJsonText } from '../../core/manifest/json-text.ts'
import { type Manifest, parseManifest } from '../../core/manifest/manifest.ts'
import type { EnqueuePlan, Intake, KnownDataset } from '../ports/intake.ts'
import type { ItemResult } from '../ports/jobs.ts'

/** @throws Failure `manifest_invalid` or `manifest_changed` */
export async function takeManifest(intake: Intake, payload: string): Promise<ItemResult> {
  const manifest = readManifest(payload)
  const { dataset, version } = manifest
  let concerned: readonly Copy[] = []
  const decide = (known: KnownDataset) => {
    concerned = newestOf(known.copies).filter((copy) => copy.version.number === version.number)
    return decideOn(manifest, known)
  }
  const request = {
    dataset: { doi: dataset.doi, id: null },
    version: { number: version.number, id: version.id ?? null },
  }
  await intake.enqueue([{ ...request, decide }])
  const adds = concerned.map(({ id }) => ({ copyId: id, dataset: dataset.doi }))
  const finding = adds.length === 0 ? 'nothing_concerned' : 'manifest_taken'
  const message =
    adds.length === 0
      ? `Nothing of version ${version.number} is the newest at Zenodo, so there is nothing to refresh.`
      : `The metadata of version ${version.number} are taken, for ${adds.length} at Zenodo.`
  return { state: 'done', finding, message, dataset: dataset.doi, data: { version: version.number }, adds }
}

function readManifest(payload: string): Manifest {
  const json = parseJsonText(payload)
  const parsed = json.ok ? parseManifest(json.value) : { ok: false as const, problems: [json.problem] }
  if (parsed.ok) return parsed.manifest
  const { problems } = parsed
  throw new Failure('manifest_invalid', `${problems[0]?.message}.`, { details: { problems } })
}

/** Of each family the newest finished copy that has a deposition. */
function newestOf(copies: readonly Copy[]): Copy[] {
  const finished = copies.filter(({ state, depositionId }) => state === 'finished' && depositionId !== null)
  return families.flatMap((family) => {
    const [newest] = finished.filter((copy) => copy.family === family).toSorted((a, b) => b.position - a.position)
    return newest === undefined ? [] : [newest]
  })
}

function decideOn(manifest: Manifest, { stored }: KnownDataset): EnqueuePlan {
  const { dataset, version } = manifest
  if (stored === null) {
    const text = `Version ${version.number} of ${dataset.doi} is not known, so it has nothing to refresh.`
    throw new Failure('manifest_changed', text, { hint: 'Enqueue the version instead.' })
  }
  const change = manifestChange(stored.manifest, manifest)
  if (change === 'files') {
    const text = `The files of this manifest differ from what is stored for version ${version.number} of ${dataset.doi}.`
    throw new Failure('manifest_changed', text, { hint: 'Files change with a new version only.' })
  }
  const save = { ...stored, manifest: { ...manifest, files: stored.manifest.files } }
  return { save: change === 'metadata' ? save : null, create: [], refreshFiles: [], existing: [] }
}
