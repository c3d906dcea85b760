/** What is told to those who listen? Types only. */
import type { Copy } from '../../core/copy.ts'
import type { Gap, LogPosition } from '../../core/log-position.ts'
import type { CopyEvent } from './desk.ts'

/** An event with what it is about. */
export interface FeedEvent extends CopyEvent, Pick<Copy, 'type'> {
  /** DOI. */
  readonly dataset: string
}

/** How far a running copy is. */
export interface CopyProgress
  extends Pick<Copy, 'type' | 'step' | 'bytesDone' | 'bytesTotal' | 'filesDone' | 'filesTotal'> {
  readonly copyId: number
  /** DOI. */
  readonly dataset: string
}

export interface ResumeLimits {
  /** More than so many are not told afterwards. */
  readonly events: number
  /** Events older than that may have left the log. */
  readonly ageMs: number
}

export interface EventFeed {
  /** Where one begins who hears only what comes. Its gaps are those of the last `withinMs`. */
  end(withinMs: number, nowMs: number): Promise<LogPosition>
  /** The first events behind an id, in the order of ids. */
  after(id: number, limit: number): Promise<FeedEvent[]>
  /** What lies in gaps by now. */
  within(gaps: readonly Gap[]): Promise<FeedEvent[]>
  /** All that was not told up to a position; null when that is not known any more, or is more than the limits allow. */
  since(position: LogPosition, limits: ResumeLimits): Promise<FeedEvent[] | null>
  /** Copies that run now. */
  running(): Promise<CopyProgress[]>
}
