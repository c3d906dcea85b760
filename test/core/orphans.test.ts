/** Which drafts count as left behind by us? */
import { describe, expect, it } from 'vitest'
import type { Deposition } from '../../src/core/copy.ts'
import { type DoubtfulCall, mayBeDeleted, orphansAmong, stillDoubtful } from '../../src/core/orphans.ts'

const copy: DoubtfulCall['copy'] = {
  id: 1,
  dataset: { doi: '10.5061/dryad.abc', id: null },
  version: { number: 2, id: null },
  type: 'software',
  state: 'cancelled',
}
const create: DoubtfulCall = {
  copy,
  operation: 'create',
  marker: 'ref:1',
  depositionId: null,
  conceptRecid: null,
  announcedAt: '2026-11-01T12:00:00.000Z',
  isOpen: false,
  familyWaits: false,
}
const newVersion: DoubtfulCall = {
  ...create,
  operation: 'new_version',
  marker: null,
  depositionId: 10,
  conceptRecid: '9',
}
const draft = {
  id: 20,
  conceptRecid: '9',
  keywords: ['bees', 'ref:1'],
  createdAt: '2026-11-01T12:00:05.000Z',
  modifiedAt: '2026-11-01T12:00:09.000Z',
}
const found = (call: DoubtfulCall, changes: Partial<typeof draft> = {}, inUse: number[] = []) =>
  orphansAmong([{ ...draft, ...changes }], [call], new Set(inUse)).length === 1

describe('a draft that a create left', () => {
  it.each(['finished', 'cancelled', 'error', 'enqueued', 'replicating'] as const)(
    'is an orphan once its copy has been told that there is none, also while the copy is %s',
    (state) => expect(found({ ...create, copy: { ...copy, state } })).toBe(true),
  )
  it.each(['enqueued', 'replicating', 'error', 'deferred'] as const)(
    'is none while nobody has looked and the copy is %s: its next run continues on it',
    (state) => expect(found({ ...create, isOpen: true, copy: { ...copy, state } })).toBe(false),
  )
  it.each(['finished', 'cancelled'] as const)('is one when the copy ended without looking: %s', (state) =>
    expect(found({ ...create, isOpen: true, copy: { ...copy, state } })).toBe(true),
  )
  it('is none without the marker, with one that was never announced, or when a copy points at it', () => {
    expect(found(create, { keywords: ['bees'] })).toBe(false)
    expect(found(create, { keywords: ['ref:2', 'ref:11'] })).toBe(false)
    expect(found({ ...create, marker: null })).toBe(false)
    expect(found(create, {}, [20])).toBe(false)
  })
})

describe('a draft that a new version left', () => {
  it('is an orphan when it was made by our call, and not touched since', () => {
    expect(found(newVersion)).toBe(true)
  })
  it.each([
    ['of another record', { conceptRecid: '8' }],
    ['made before we asked', { createdAt: '2026-11-01T11:57:59.000Z' }],
    ['made long after we asked', { createdAt: '2026-11-01T12:30:00.000Z', modifiedAt: '2026-11-01T12:30:00.000Z' }],
    ['edited since', { modifiedAt: '2026-11-01T12:15:01.000Z' }],
  ])('is none when it is %s: a person may have made it, or be at work on it', (_name, changes) =>
    expect(found(newVersion, changes)).toBe(false),
  )
  it('is none while a copy of its family has still to run, which would continue on it', () => {
    expect(found({ ...newVersion, familyWaits: true })).toBe(false)
    expect(found({ ...newVersion, conceptRecid: null })).toBe(false)
    expect(found(newVersion, {}, [20])).toBe(false)
  })
})

describe('the last look before a draft is deleted', () => {
  const now: Deposition = {
    id: 20,
    conceptRecid: '9',
    state: 'unsubmitted',
    submitted: false,
    doi: null,
    htmlUrl: '',
    doiIsExternal: false,
    bucketUrl: null,
    metadata: { keywords: ['ref:1'] },
    files: [],
  }
  const file = { id: 'f', name: 'a.txt', size: 1, md5: 'a' }
  const record: Deposition = { ...now, id: 10, state: 'done', files: [file, { ...file, name: 'b.txt' }] }

  it('lets a marked draft go, unless it was published, its marker is gone or somebody gave it files', () => {
    expect(mayBeDeleted(now, create, null)).toBe(true)
    expect(mayBeDeleted({ ...now, state: 'done' }, create, null)).toBe(false)
    expect(mayBeDeleted({ ...now, metadata: {} }, create, null)).toBe(false)
    expect(mayBeDeleted({ ...now, files: [file] }, create, null)).toBe(false)
    expect(mayBeDeleted({ ...now, metadata: { keywords: ['bees'] } }, create, null)).toBe(false)
  })
  it('lets a next version go that says what its record says, and holds nothing but files of that', () => {
    expect(mayBeDeleted({ ...now, files: record.files }, newVersion, record)).toBe(true)
    expect(mayBeDeleted(now, newVersion, record)).toBe(true)
    expect(mayBeDeleted({ ...now, files: [{ ...file, md5: 'b' }] }, newVersion, record)).toBe(false)
    expect(mayBeDeleted({ ...now, files: [{ ...file, name: 'c.txt' }] }, newVersion, record)).toBe(false)
    expect(mayBeDeleted({ ...now, state: 'inprogress' }, newVersion, record)).toBe(false)
    expect(mayBeDeleted(now, newVersion, { ...record, conceptRecid: '8' })).toBe(false)
    expect(mayBeDeleted(now, newVersion, null)).toBe(false)
    const retold = { ...now, metadata: { ...now.metadata, title: 'My next one' } }
    expect(mayBeDeleted(retold, newVersion, record)).toBe(false)
  })
})

describe('announced calls', () => {
  const open = [
    { isOpen: true, at: 1 },
    { isOpen: true, at: 2 },
  ]
  it('stay in doubt when they were not to be seen, and only the last one is known to have been refused', () => {
    expect(stillDoubtful(open, 'not_done')).toEqual([
      { isOpen: false, at: 1 },
      { isOpen: false, at: 2 },
    ])
    expect(stillDoubtful(open, 'refused: zenodo_forbidden')).toEqual([{ isOpen: true, at: 1 }])
  })
  it.each(['done', 'found_done', 'adopted 12'])('are accounted for once one is %s', (outcome) =>
    expect(stillDoubtful(open, outcome)).toEqual([]),
  )
})
