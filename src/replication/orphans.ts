/** How are the drafts found and removed that lost answers left at Zenodo? One chore, for the worker and for the command. */
import { asFailure, isFailure } from '../core/failure.ts'
import { isAbandoned, mayBeDeleted, type Orphan, orphansAmong } from '../core/orphans.ts'
import { announced } from './announced.ts'
import type { Emit } from './events.ts'
import { listedSince } from './find-deposition.ts'
import type { Depositions, OwnDraft } from './ports/depositions.ts'
import type { Leadership } from './ports/lease.ts'
import type { OrphanStore } from './ports/orphan-store.ts'

export interface OrphanPorts {
  readonly orphans: OrphanStore
  readonly depositions: Pick<Depositions, 'ownDrafts' | 'get' | 'discard'>
}

/**
 * Looks, and changes nothing. Zenodo is asked only when a call may have left something.
 * @param withinMs looks at copies changed since; null: at all
 */
export async function findOrphans(
  ports: OrphanPorts,
  withinMs: number | null,
  signal: AbortSignal,
): Promise<Array<Orphan<OwnDraft>>> {
  const calls = (await ports.orphans.doubtfulCalls(withinMs)).filter(isAbandoned)
  const [earliest] = calls.map((call) => call.announcedAt).toSorted()
  if (earliest === undefined) return []
  const drafts: OwnDraft[] = []
  for await (const draft of ports.depositions.ownDrafts(listedSince(earliest), signal)) drafts.push(draft)
  const inUse = await ports.orphans.inUse(drafts.map((draft) => draft.id))
  return orphansAmong(drafts, calls, new Set(inUse))
}

export interface Removing extends OrphanPorts {
  readonly lead: Leadership
  readonly emit: Emit
  readonly signal: AbortSignal
}

/**
 * Deletes the orphans there are. Only a leader may, and only while it claims nothing: a copy that starts meanwhile could
 * continue on a draft that is about to go.
 */
export async function removeOrphans(ports: Removing, withinMs: number | null): Promise<void> {
  for (const orphan of await findOrphans(ports, withinMs, ports.signal)) {
    const about = { copyId: orphan.call.copy.id, depositionId: orphan.draft.id }
    try {
      if (await remove(orphan, ports)) ports.emit({ kind: 'orphan.removed', ...about })
    } catch (error) {
      ports.signal.throwIfAborted()
      if (isFailure(error, 'lease_lost')) throw error
      // one that cannot go must not keep the others
      ports.emit({ kind: 'orphan.kept', ...about, failure: asFailure(error) })
    }
  }
}

/** @returns false when it turns out to be none any more. */
async function remove({ draft, call }: Orphan<OwnDraft>, ports: Removing): Promise<boolean> {
  const { depositions, orphans: work, lead, signal } = ports
  const record = call.depositionId === null ? null : await depositions.get(call.depositionId, signal)
  const now = await depositions.get(draft.id, signal)
  if (now === null || !mayBeDeleted(now, call, record)) return false
  const intent = { operation: 'discard', depositionId: now.id, marker: call.marker } as const
  const { settlement } = await announced(call, { work, lead, signal }, intent, {
    act: () => depositions.discard(now.id, signal),
    find: async () => ((await depositions.get(now.id, signal)) === null ? undefined : null),
  })
  await work.settleIntent(lead.proof, call.copy.id, settlement)
  return true
}
