/** Which calls did a copy announce without anybody having learnt how they ended? */
import type { Intent, OpenIntent } from '../replication/ports/work-store.ts'
import { isoTime } from './dialect.ts'
import type { Transaction } from './transaction.ts'

/** Announced calls without a later outcome for the same operation on the same deposition, oldest first. */
export async function openIntents({ trx }: Transaction, copyId: number): Promise<OpenIntent[]> {
  const rows: Array<{ kind: string; data: string; at: string }> = await trx('zenodo_copy_events')
    .where('copy_id', copyId)
    .whereIn('kind', ['intent', 'intent_settled'])
    .orderBy('id')
    .select('kind', 'data', 'at')
  const open = new Map<string, OpenIntent>()
  for (const { kind, data, at } of rows) {
    const { operation, depositionId, marker } = JSON.parse(data) as Intent
    const key = `${operation} ${depositionId}`
    open.delete(key)
    if (kind === 'intent') open.set(key, { operation, depositionId, marker, announcedAt: isoTime(at) })
  }
  return [...open.values()]
}
