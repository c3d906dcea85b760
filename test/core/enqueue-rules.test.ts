import { describe, expect, it } from 'vitest'
import type { Copy, CopyState, CopyType } from '../../src/core/copy.ts'
import { familyOf, positionOf } from '../../src/core/copy.ts'
import {
  hasBeenTaken,
  manifestChange,
  requireMayReplace,
  requireNotSuperseded,
  typesFor,
} from '../../src/core/enqueue-rules.ts'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'

const file = (path: string, source = 'https://repo.example/x') => ({ path, size: 3, source })
const manifest = (over: { files?: object; published?: boolean; title?: string; number?: number } = {}): Manifest => {
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: '10.5061/dryad.abc' },
    version: { number: over.number ?? 1, published: over.published ?? false },
    metadata: { titles: [{ title: over.title ?? 'A dataset' }], creators: [{ name: 'Doe, Jane' }] },
    files: over.files ?? { software: [file('a.R')] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.manifest
}
const copy = (type: CopyType, state: CopyState, version = 1, attempts = 0): Copy => ({
  id: 1,
  dataset: { doi: '10.5061/dryad.abc', id: null },
  version: { number: version, id: null },
  type,
  family: familyOf(type),
  position: positionOf(version, type),
  state,
  step: null,
  attempts,
  rescues: 0,
  priority: 0,
  runAfter: '2026-01-01T00:00:00.000Z',
  depositionId: null,
  conceptRecid: null,
  doi: null,
  recordUrl: null,
  bytesDone: 0,
  bytesTotal: 0,
  filesDone: 0,
  filesTotal: 0,
  error: null,
  note: null,
  requestedBy: null,
  createdAt: '',
  updatedAt: '',
  finishedAt: null,
})

describe('the copies a manifest calls for', () => {
  it('1, 2: a submitted version gets a submission for each family with files', () => {
    const files = { data: [file('d')], software: [file('a.R')], supplemental: [file('s')] }
    expect(typesFor(manifest({ files }), [], false)).toEqual(['software', 'supp'])
  })

  it('3: no copy for a family that never had files', () => {
    expect(typesFor(manifest({ files: { software: [file('a.R')] }, published: true }), [], false)).toEqual([
      'software',
      'software_publish',
    ])
  })

  it('4: a family that had a copy before gets one again, also without files now', () => {
    expect(typesFor(manifest({ files: {}, number: 2 }), [copy('software', 'finished')], false)).toEqual(['software'])
  })

  it('5: a published version also gets publish copies and the data copy', () => {
    const files = { data: [file('d')], supplemental: [file('s')] }
    expect(typesFor(manifest({ files, published: true }), [], false)).toEqual(['data', 'supp', 'supp_publish'])
    expect(typesFor(manifest({ files }), [], true)).toEqual(['data', 'supp', 'supp_publish'])
  })
})

describe('sending a manifest again', () => {
  it.each<[string, Manifest, string]>([
    ['the same', manifest(), 'none'],
    [
      'fresh addresses',
      manifest({ files: { software: [file('a.R', 'https://repo.example/y?signature=2')] } }),
      'sources',
    ],
    ['another title', manifest({ title: 'Another' }), 'metadata'],
    ['now published', manifest({ published: true }), 'metadata'],
    ['another file', manifest({ files: { software: [file('b.R')] } }), 'files'],
  ])('%s is a change of: %s', (_name, sent, expected) => {
    expect(manifestChange(manifest(), sent)).toBe(expected)
  })

  it.each<[string, Parameters<typeof requireMayReplace>, boolean]>([
    ['fresh addresses after success', ['sources', ['software'], [copy('software', 'finished')]], true],
    ['other files before anything started', ['files', ['software'], [copy('software', 'enqueued')]], true],
    [
      'other files after an attempt that is tried again',
      ['files', ['software'], [copy('software', 'enqueued', 1, 1)]],
      false,
    ],
    ['other files while it runs', ['files', ['software'], [copy('software', 'replicating')]], false],
    ['corrected files of a copy in error', ['files', ['software'], [copy('software', 'error', 1, 1)]], true],
    ['newer metadata with the publish copy', ['metadata', ['software_publish'], [copy('software', 'finished')]], true],
    ['newer metadata without one', ['metadata', ['software'], [copy('software', 'finished')]], false],
    [
      'newer metadata after publication',
      ['metadata', ['software_publish'], [copy('software_publish', 'finished')]],
      false,
    ],
    ['other files with the publish copy', ['files', ['software_publish'], [copy('software', 'finished')]], false],
  ])('%s', (_name, args, allowed) => {
    const attempt = () => requireMayReplace(...args)
    if (allowed) expect(attempt).not.toThrow()
    else expect(attempt).toThrow('work on it has begun')
  })

  it('refuses a version that a later one has overtaken', () => {
    expect(() => requireNotSuperseded(1, 'software', [copy('software', 'finished', 2)])).toThrow('version 2')
    expect(() =>
      requireNotSuperseded(1, 'software', [copy('software', 'enqueued', 2), copy('supp', 'finished', 2)]),
    ).not.toThrow()
  })

  it('refuses a version when a later one may have a draft at Zenodo, its answer being lost', () => {
    const lost = { ...copy('software', 'enqueued', 2), step: 'create' as const }
    expect(() => requireNotSuperseded(1, 'software', [lost])).toThrow('version 2')
    expect(hasBeenTaken(lost)).toBe(true)
    expect(hasBeenTaken({ ...lost, state: 'cancelled' })).toBe(false)
  })
})
