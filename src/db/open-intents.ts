/** Which calls did copies announce without anybody having learnt how they ended? */
import type { Intent, OpenIntent } from '../replication/ports/work-store.ts'
import { type Dialect, isoTime } from './dialect.ts'
import type { Round } from './round.ts'
import { marks } from './sql.ts'

/** What a copy said of its calls, oldest first; not read yet. */
export interface IntentRow {
  readonly copy_id: number
  readonly kind: string
  readonly data: string
  readonly at: string
}

/** SQL: whether the copy `c` ever announced a call. Most never did when they are claimed, and need not be asked. */
export function hasIntents({ byIndex }: Dialect): string {
  const events = byIndex('zenodo_copy_events', 'i', 'zenodo_copy_events_story')
  return `EXISTS (SELECT 1 FROM ${events} WHERE i.copy_id = c.id AND i.kind = 'intent')`
}

/** What these copies said of their calls, by copy. */
export function askIntents(round: Round, copyIds: readonly number[]): () => Map<number, IntentRow[]> {
  if (copyIds.length === 0) return () => new Map()
  const rows = round.ask<IntentRow>(
    `SELECT copy_id, kind, data, at FROM zenodo_copy_events
     WHERE copy_id IN ${marks(copyIds.length)} AND kind IN ('intent', 'intent_settled') ORDER BY id`,
    copyIds,
  )
  return () => Map.groupBy(rows(), (row) => row.copy_id)
}

/** Announced calls without a later outcome for the same operation on the same deposition, oldest first. */
export function openIntents(rows: readonly IntentRow[]): OpenIntent[] {
  const open = new Map<string, OpenIntent>()
  for (const { kind, data, at } of rows) {
    const { operation, depositionId, marker } = JSON.parse(data) as Intent
    const key = `${operation} ${depositionId}`
    open.delete(key)
    if (kind === 'intent') open.set(key, { operation, depositionId, marker, announcedAt: isoTime(at) })
  }
  return [...open.values()]
}
