/** What the tests of this room have in common: a database with its ports, a leader, and datasets to enqueue. */
import type { Copy, CopyType } from '../../src/core/copy.ts'
import { Failure } from '../../src/core/failure.ts'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'
import { createStore, type Store } from '../../src/db/store.ts'
import { type EnqueueRequest, enqueueAll } from '../../src/replication/enqueue.ts'
import type { IntakeCopy } from '../../src/replication/ports/intake.ts'
import type { ClaimRequest, Ending, LeaseProof, Outcome, WorkStore } from '../../src/replication/ports/work-store.ts'
import { createTestDatabase, type TestDatabase, type TestDatabaseKind } from '../support/database.ts'

export interface Draft {
  readonly doi?: string
  readonly number?: number
  readonly types?: readonly CopyType[]
  readonly priority?: number
  readonly runAfter?: string
  /** Size by name; the same for every family. */
  readonly files?: Readonly<Record<string, number>>
  readonly title?: string
  /** Put before each source, to make another address of it. */
  readonly from?: string
  /** The part of presigned addresses that is new each time. */
  readonly signature?: string
}

export interface Bench extends TestDatabase {
  readonly store: Store
  enqueue(draft?: Draft): Promise<readonly IntakeCopy[]>
  /** Enqueues one copy. @returns its id */
  add(draft?: Draft): Promise<number>
  /** Takes the lease, from whoever has it. */
  lead(holder?: string): Promise<LeaseProof>
  claim(proof: LeaseProof, request?: Partial<ClaimRequest>): Promise<number[]>
  /** Ends the run of one copy. @throws `claim_lost` */
  settle(proof: LeaseProof, id: number, outcome: Outcome): Promise<Copy>
  /** The columns of a copy as they are stored. */
  row(id: number): Promise<Record<string, unknown>>
}

export async function createBench(kind: TestDatabaseKind): Promise<Bench> {
  const test = await createTestDatabase(kind)
  const store = createStore(test.db)
  const enqueue: Bench['enqueue'] = async (draft = {}) => {
    const [answer] = await enqueueAll({ intake: store.intake, emit: () => {} }, [requestOf(draft)])
    return answer!.copies
  }
  return {
    ...test,
    store,
    enqueue,
    add: async (draft) => (await enqueue(draft))[0]!.copy.id,
    lead: async (holder = 'a') => {
      const seen = await store.leases.look('zenodo')
      const term = await store.leases.acquire(seen, { holder, host: `host-${holder}`, ttlMs: 30_000 })
      return { name: 'zenodo', holder, term: term! }
    },
    claim: async (proof, request = {}) => {
      const claimed = await store.work.claim({ ...anything, ...request, proof })
      return claimed.map(({ copy }) => copy.id)
    },
    settle: async (proof, id, outcome) => await settleOne(store.work, proof, { copyId: id, outcome }),
    row: async (id) => ({ ...(await test.db.knex('zenodo_copies').where({ id }).first()) }),
  }
}

/** Types: the data copy, unless the draft names some. */
export function requestOf(draft: Draft): EnqueueRequest {
  return {
    manifest: manifestOf(draft),
    fileRoot: null,
    types: draft.types ?? ['data'],
    publish: false,
    priority: draft.priority ?? null,
    runAfter: draft.runAfter ?? null,
    requestedBy: 'tester',
  }
}

/** @throws `claim_lost` */
export async function settleOne(work: WorkStore, proof: LeaseProof, ending: Ending): Promise<Copy> {
  const [copy] = (await work.settle(proof, [ending], null)).settled
  if (copy === undefined || copy instanceof Failure) throw copy
  return copy
}

const anything = { slots: 100, largeSlots: 100, largeBytes: 5e9, only: null }

export function manifestOf({
  doi = '10.5061/dryad.one',
  number = 1,
  files = { 'a.csv': 3 },
  title = 'A',
  from = '',
  signature = '1',
}: Draft): Manifest {
  const list = Object.entries(files).map(([path, size]) => ({
    path,
    size,
    source: `https://files.example/${from}${encodeURIComponent(path)}?signature=${signature}`,
  }))
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi, id: '4711' },
    version: { number, id: `v${number}`, published: true, publicationDate: '2026-11-01' },
    metadata: {
      titles: [{ title }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ description: 'All of it.', descriptionType: 'Abstract' }],
      types: { resourceTypeGeneral: 'Dataset' },
    },
    files: { data: list, software: list, supplemental: list },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.manifest
}
