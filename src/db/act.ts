/** What does a person's action do to the rows? All that allow it, in one transaction, with an event each. */
import { type Copy, requeuedPriority } from '../core/copy.ts'
import { nextState, type PersonAction } from '../core/copy-state.ts'
import { versionOf } from '../core/copy-version.ts'
import { Failure } from '../core/failure.ts'
import type { Actor, ActRequest, CopyFilter } from '../replication/ports/desk.ts'
import { appendEvent } from './append-event.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { isEmptyFilter, restrictionOf } from './copy-filter.ts'
import { noError } from './error-group.ts'
import { refreshHeldBack } from './held-back.ts'
import { selectCopies, toCopy } from './rows.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

/** As many ids as fit into a statement. */
const idsAtOnce = 1000

export async function act(
  db: Database,
  action: PersonAction,
  request: ActRequest,
): Promise<{ readonly done: Copy[]; readonly refused: Copy[] }> {
  if (isEmptyFilter(request.filter)) {
    throw new Failure('bad_request', `Cannot ${action} everything: name copies, a dataset, a state or another filter.`)
  }
  return await inTransaction(db, async (transaction) => {
    const found = await matching(transaction, request.filter)
    const done: Copy[] = []
    const refused: Copy[] = []
    for (let start = 0; start < found.length; start += idsAtOnce) {
      const part = await actOn(transaction, action, {
        ids: found.slice(start, start + idsAtOnce),
        actor: request.actor,
        expected: request.expected,
      })
      done.push(...part.done)
      refused.push(...part.refused)
    }
    await recordAudit(transaction, {
      action: `copies.${action}`,
      actor: request.actor,
      subject: { ...request.filter },
      outcome: { changed: done.length, refused: refused.length },
    })
    return { done, refused }
  })
}

async function matching({ trx, db }: Transaction, filter: CopyFilter): Promise<number[]> {
  const restrict = await restrictionOf({ knex: trx, dialect: db.dialect }, filter)
  const query = trx('zenodo_copies as c').join('datasets as d', 'd.id', 'c.dataset_id')
  return await restrict(query).orderBy('c.id').pluck('c.id')
}

async function actOn(
  transaction: Transaction,
  action: PersonAction,
  { ids, actor, expected }: Omit<ActRequest, 'filter'> & { readonly ids: readonly number[] },
) {
  const { trx } = transaction
  await trx('zenodo_copies')
    .whereIn('id', [...ids])
    .orderBy('id')
    .forUpdate()
    .select('id')
  const before = await read(transaction, ids)
  if (expected !== undefined) for (const copy of before) requireUnchanged(copy, expected)
  const overtaken = action === 'requeue' ? await overtakenOf(transaction, ids, 'cancelled') : []
  const allowed = before.filter((copy) => nextState(copy.state, action) !== null && !overtaken.includes(copy.id))
  for (const copy of allowed) await change(transaction, action, { copy, actor })
  const changed = allowed.map(({ id }) => id)
  await refreshHeldBack(transaction, changed)
  const done = await read(transaction, changed)
  return { done, refused: before.filter((copy) => !allowed.includes(copy)) }
}

function requireUnchanged(copy: Copy, expected: readonly string[]): void {
  if (expected.includes(versionOf(copy))) return
  const text = `Copy ${copy.id} has changed since it was looked at: it is ${copy.state} now. Nothing was done.`
  throw new Failure('copy_changed', text, { details: { copy: copy.id, state: copy.state } })
}

/** Copies in this state of which a later version has been taken to Zenodo: see `hasBeenTaken` in core/enqueue-rules. */
export async function overtakenOf(
  { trx }: Transaction,
  ids: readonly number[],
  state: 'cancelled' | 'finished',
): Promise<number[]> {
  return await trx('zenodo_copies as c')
    .whereIn('c.id', [...ids])
    .where('c.state', state)
    .whereExists(
      trx('zenodo_copies as p')
        .select(trx.raw('1'))
        .whereRaw('p.dataset_id = c.dataset_id and p.family = c.family and p.position > c.position')
        .where((taken) => {
          taken.where('p.state', 'finished').orWhere((other) => {
            other.whereRaw('(p.deposition_id is not null or p.step is not null)').whereNot('p.state', 'cancelled')
          })
        }),
    )
    .pluck('c.id')
}

async function change(
  transaction: Transaction,
  action: PersonAction,
  { copy, actor }: { readonly copy: Copy; readonly actor: Actor },
): Promise<void> {
  const to = nextState(copy.state, action)
  const at = now(transaction)
  const changes = { state: to, state_changed_at: at, updated_at: at }
  await transaction
    .trx('zenodo_copies')
    .where({ id: copy.id, state: copy.state })
    .update({ ...changes, ...effects(transaction, action) })
  const data = { from: copy.state, to, reason: actor.reason }
  await appendEvent(transaction, { copyId: copy.id, kind: action, actor: actor.name, term: null, data })
}

/** A copy that is put back starts with all its attempts, ahead of the others; what went wrong before is in its events. */
function effects(transaction: Transaction, action: PersonAction): Readonly<Record<string, unknown>> {
  if (action !== 'requeue' && action !== 'resume') return {}
  // a resumed one keeps the time before which it must not run
  return action === 'resume' ? fresh : putBack(transaction)
}

const fresh = { retries: 0, rescues: 0, ...noError }

/** At once, with all its attempts, and ahead of the others. */
export function putBack(transaction: Transaction): Readonly<Record<string, unknown>> {
  const first = transaction.trx.raw('case when priority < ? then priority else ? end', [
    requeuedPriority,
    requeuedPriority,
  ])
  return { ...fresh, run_after: now(transaction), priority: first }
}

async function read({ trx }: Transaction, ids: readonly number[]): Promise<Copy[]> {
  const rows = await selectCopies(trx)
    .whereIn('c.id', [...ids])
    .orderBy('c.id')
  return rows.map(toCopy)
}
