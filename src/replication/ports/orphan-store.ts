/** What does the table know of drafts that lost answers may have left at Zenodo? Types only. */
import type { DepositionId } from '../../core/copy.ts'
import type { DoubtfulCall } from '../../core/orphans.ts'
import type { Intent, LeaseProof, Settlement } from './work-store.ts'

export interface OrphanStore {
  /** Creates and new versions that gave no copy its deposition. @param withinMs of copies changed since; null: of all. */
  doubtfulCalls(withinMs: number | null): Promise<DoubtfulCall[]>
  /** Those of the depositions that a copy points at. */
  inUse(ids: readonly DepositionId[]): Promise<DepositionId[]>
  /**
   * Announces that a draft is deleted, in the story of the copy that left it, which need not be claimed. Being fenced, it is
   * also the fresh lease check right before that call. @throws Failure `lease_lost`
   */
  announce(proof: LeaseProof, copyId: number, intent: Intent): Promise<void>
  settleIntent(proof: LeaseProof, copyId: number, settlement: Settlement): Promise<void>
}
