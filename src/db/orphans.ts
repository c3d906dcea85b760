/** Which announced creates and new versions gave no copy its deposition? Read from the stories of the copies. */
import type { Knex } from 'knex'
import { type DepositionId, depositionIdOf } from '../core/copy.ts'
import { isUnfinished } from '../core/ordering.ts'
import { type DoubtfulCall, stillDoubtful } from '../core/orphans.ts'
import type { Intent, LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { fenced } from './fence.ts'
import { intentEvent } from './record-step.ts'
import { type CopyRow, selectCopies, toCopy } from './rows.ts'

interface CallEvent {
  readonly id: number
  readonly copy_id: number
  readonly at: string
  readonly data: string
}

type Call = Pick<DoubtfulCall, 'marker' | 'depositionId' | 'announcedAt' | 'isOpen'> & {
  readonly copyId: number
  readonly operation: DoubtfulCall['operation']
}

/** As many ids as fit into a statement. */
const idsAtOnce = 1000

export async function doubtfulCalls(db: Database, withinMs: number | null): Promise<DoubtfulCall[]> {
  const calls = doubtful(await callEvents(db, withinMs))
  const copies = await rowsOf(db, [...new Set(calls.map((call) => call.copyId))])
  const families = await waitingFamilies(db, copies)
  const concepts = await conceptsOf(db, calls)
  return calls.flatMap((call) => {
    const row = copies.find((one) => one.id === call.copyId)
    if (row === undefined) return []
    const conceptRecid = call.depositionId === null ? null : (concepts.get(call.depositionId) ?? null)
    const { copyId: _, ...facts } = call
    return [{ ...facts, copy: toCopy(row), conceptRecid, familyWaits: families.has(familyKey(row)) }]
  })
}

/** In the order of the stories. Sorted here: asked to sort, a database may read every story there is from the front. */
async function callEvents({ knex, dialect }: Database, withinMs: number | null): Promise<CallEvent[]> {
  const query = knex<CallEvent>('zenodo_copy_events as e')
    .whereIn('e.kind', ['intent', 'intent_settled'])
    .where((either) =>
      either.where('e.data', 'like', '%"operation":"create"%').orWhere('e.data', 'like', '%"operation":"new_version"%'),
    )
    .select('e.id', 'e.copy_id', 'e.at', 'e.data')
  if (withinMs !== null) {
    const recent = knex('zenodo_copies')
      .select('id')
      .whereRaw(`updated_at >= ${dialect.later(-withinMs)}`)
    query.whereIn('e.copy_id', recent)
  }
  const events = (await query) as CallEvent[]
  return events.sort((a, b) => a.id - b.id)
}

/** The announcements that no settlement accounts for. One found to be `not_done` may still turn up: the index lags. */
function doubtful(events: readonly CallEvent[]): Call[] {
  const calls = new Map<string, Call[]>()
  for (const { copy_id: copyId, at, data } of events) {
    const { operation, depositionId, marker, outcome } = JSON.parse(data) as Intent & { readonly outcome?: string }
    if (operation !== 'create' && operation !== 'new_version') continue
    const key = `${copyId} ${operation} ${depositionId} ${marker}`
    const before = calls.get(key) ?? []
    const announcement = { copyId, operation, depositionId, marker, announcedAt: isoTime(at), isOpen: true }
    calls.set(key, outcome === undefined ? [...before, announcement] : stillDoubtful(before, outcome))
  }
  return [...calls.values()].flat()
}

async function rowsOf(db: Database, ids: readonly number[]): Promise<CopyRow[]> {
  return await inParts(ids, (part) => selectCopies(db.knex).whereIn('c.id', [...part]))
}

/** Datasets and families with a copy that has still to run. */
async function waitingFamilies({ knex }: Database, copies: readonly CopyRow[]): Promise<Set<string>> {
  const datasets = [...new Set(copies.map((copy) => copy.dataset_id))]
  const siblings = await inParts(
    datasets,
    (part): Knex.QueryBuilder<CopyRow, CopyRow[]> =>
      knex('zenodo_copies')
        .whereIn('dataset_id', [...part])
        .select('dataset_id', 'family', 'state'),
  )
  return new Set(siblings.filter((one) => isUnfinished(one.state)).map(familyKey))
}

function familyKey({ dataset_id, family }: Pick<CopyRow, 'dataset_id' | 'family'>): string {
  return `${dataset_id} ${family}`
}

async function conceptsOf({ knex }: Database, calls: readonly Call[]): Promise<Map<DepositionId, string>> {
  const ids = [...new Set(calls.map((call) => call.depositionId).filter((id) => id !== null))]
  const rows = await inParts(
    ids,
    (part): Knex.QueryBuilder<CopyRow, CopyRow[]> =>
      knex('zenodo_copies').whereIn('deposition_id', part.map(String)).select('deposition_id', 'conceptrecid'),
  )
  return new Map(
    rows.flatMap(({ deposition_id: id, conceptrecid }) =>
      id === null || conceptrecid === null ? [] : [[depositionIdOf(id), conceptrecid]],
    ),
  )
}

/** Those of the depositions that a copy points at. */
export async function depositionsInUse({ knex }: Database, ids: readonly DepositionId[]): Promise<DepositionId[]> {
  const rows = await inParts(
    ids,
    (part): Knex.QueryBuilder<CopyRow, CopyRow[]> =>
      knex('zenodo_copies').whereIn('deposition_id', part.map(String)).select('deposition_id'),
  )
  return rows.flatMap(({ deposition_id: id }) => (id === null ? [] : [depositionIdOf(id)]))
}

async function inParts<Id, Row>(
  ids: readonly Id[],
  read: (part: readonly Id[]) => PromiseLike<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let start = 0; start < ids.length; start += idsAtOnce)
    rows.push(...(await read(ids.slice(start, start + idsAtOnce))))
  return rows
}

/** Announces or settles the deletion of a draft that no copy uses, in the story of the copy that left it. */
export async function recordRemoval(
  db: Database,
  proof: LeaseProof,
  record: { readonly copyId: number; readonly intent: Intent; readonly outcome: string | null },
): Promise<void> {
  await fenced(db, proof, (fence) => intentEvent(fence, record.copyId, record))
}
