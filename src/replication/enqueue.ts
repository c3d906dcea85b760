/** How do manifests become copies? One transaction a batch, idempotent: the same manifest and type give the same copy. */
import { type CopyType, defaultPriority, familyOf } from '../core/copy.ts'
import {
  manifestChange,
  possibleTypes,
  requireMayReplace,
  requireNotSuperseded,
  typesFor,
} from '../core/enqueue-rules.ts'
import { Failure } from '../core/failure.ts'
import { filesOfFamily } from '../core/manifest/family-files.ts'
import type { Manifest } from '../core/manifest/manifest.ts'
import type { Emit } from './events.ts'
import type { EnqueuePlan, Intake, IntakeCopy, KnownDataset, NewCopy, NewFile } from './ports/intake.ts'

export interface EnqueueRequest {
  readonly manifest: Manifest
  /** The folder the manifest came from, when a person named it on the command line: its `file:` sources may lie there. */
  readonly fileRoot: string | null
  /** Null: what the manifest calls for, see `typesFor`. */
  readonly types: readonly CopyType[] | null
  /** Treat the version as published although the manifest does not say so. */
  readonly publish: boolean
  /** Smaller runs sooner; null: the default of each type. */
  readonly priority: number | null
  /** ISO time before which the copies must not run; null: at once. */
  readonly runAfter: string | null
  readonly requestedBy: string | null
}

/** What became of a request: its copies, and whether its manifest took the place of another one stored for its version. */
export interface EnqueueAnswer {
  readonly copies: readonly IntakeCopy[]
  readonly replaced: boolean
}

export interface EnqueuePorts {
  readonly intake: Intake
  readonly emit: Emit
}

/**
 * Puts the copies of dataset versions into the table, or finds the ones that are there: all, or with a refusal none.
 * @throws Failure `nothing_to_enqueue`, `manifest_changed` or `version_superseded`; nothing is changed then.
 */
export async function enqueueAll(
  ports: EnqueuePorts,
  requests: readonly EnqueueRequest[],
): Promise<readonly EnqueueAnswer[]> {
  return await enqueueBatch(ports, requests, (failure) => {
    throw failure
  })
}

/** The same with what is not refused. @returns for each request its answer, or why it was refused */
export async function enqueueEach(
  ports: EnqueuePorts,
  requests: readonly EnqueueRequest[],
): Promise<ReadonlyArray<EnqueueAnswer | Failure>> {
  const refused = new Map<number, Failure>()
  const answers = await enqueueBatch(ports, requests, (failure, index) => refused.set(index, failure))
  // one that was refused before a deadlock repeated the batch may have been taken since
  return answers.map((answer, index) => (answer.copies.length > 0 ? answer : (refused.get(index) ?? answer)))
}

async function enqueueBatch(
  { intake, emit }: EnqueuePorts,
  requests: readonly EnqueueRequest[],
  onRefusal: (failure: Failure, index: number) => void,
): Promise<EnqueueAnswer[]> {
  const replaced: boolean[] = []
  const decideOn = (request: EnqueueRequest, index: number) => (known: KnownDataset) => {
    try {
      const plan = decide(request, known)
      replaced[index] = known.stored !== null && plan.save !== null
      return plan
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      onRefusal(error, index)
      return null
    }
  }
  const results = await intake.enqueue(
    requests.map((request, index) => ({ ...keysOf(request.manifest), decide: decideOn(request, index) })),
  )
  for (const { copy, created } of results.flat()) if (created) emit({ kind: 'copy.enqueued', copy })
  return results.map((copies, index) => ({ copies, replaced: replaced[index] ?? false }))
}

function keysOf({ dataset, version }: Manifest) {
  return {
    dataset: { doi: dataset.doi, id: dataset.id ?? null },
    version: { number: version.number, id: version.id ?? null },
  }
}

/** Pure: everything known in, the plan out. */
function decide(request: EnqueueRequest, known: KnownDataset): EnqueuePlan {
  const { manifest } = request
  const types = possibleTypes(request.types ?? typesFor(manifest, known.copies, request.publish), manifest)
  requireSomething(types, manifest)
  const ofVersion = known.copies.filter((copy) => copy.version.number === manifest.version.number)
  const change = known.stored === null ? 'files' : manifestChange(known.stored.manifest, manifest)
  if (known.stored !== null) requireMayReplace(change, types, ofVersion)

  const existing = ofVersion.filter((copy) => types.includes(copy.type))
  const missing = types.filter((type) => !existing.some((copy) => copy.type === type))
  for (const type of missing) requireNotSuperseded(manifest.version.number, type, known.copies)
  // a manifest with newer metadata brings fresh sources as well
  const stale = change === 'none' ? [] : ofVersion.filter((copy) => copy.state !== 'finished')
  return {
    save: change === 'none' ? null : { manifest, fileRoot: request.fileRoot ?? known.stored?.fileRoot ?? null },
    create: missing.map((type) => newCopy(request, type)),
    refreshFiles: stale.map((copy) => ({ copyId: copy.id, files: filesOf(manifest, copy.type) })),
    existing: existing.map((copy) => copy.id),
  }
}

function requireSomething(types: readonly CopyType[], manifest: Manifest): void {
  if (types.length > 0) return
  const published = manifest.version.published ? 'published' : 'not published'
  const text = `Nothing to enqueue: version ${manifest.version.number} of ${manifest.dataset.doi} is ${published} and has no files that call for a copy.`
  throw new Failure('nothing_to_enqueue', text)
}

function newCopy(request: EnqueueRequest, type: CopyType): NewCopy {
  return {
    type,
    priority: request.priority ?? defaultPriority(type),
    runAfter: request.runAfter,
    files: filesOf(request.manifest, type),
    requestedBy: request.requestedBy,
  }
}

/** Empty files are recorded as skipped from the start: Zenodo refuses them (RECORDS_RESOURCES_ALLOW_EMPTY_FILES). */
function filesOf(manifest: Manifest, type: CopyType): NewFile[] {
  return filesOfFamily(manifest, familyOf(type)).map((file) => ({
    path: file.path,
    size: file.size,
    checksum: file.checksum ?? null,
    source: file.source,
    state: file.size === 0 ? 'skipped' : 'pending',
  }))
}
