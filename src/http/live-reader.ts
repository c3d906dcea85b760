/** What is new since the last look, for all who listen together? A few small statements, whoever listens. */
import { type LogPosition, withoutOldGaps, withTold } from '../core/log-position.ts'
import type { CopyProgress, FeedEvent } from '../replication/ports/event-feed.ts'
import type { LiveData } from './live-schemas.ts'
import type { ServicePorts } from './ports.ts'
import { standingOf } from './standing.ts'

/**
 * A transaction takes its ids as one of the last things before it commits, and the session of one that rests is ended
 * after seconds (see the settings of the connection): what is not there after this is not coming.
 */
const lateMs = 30_000
/** Read at a time. */
const mostEvents = 1000

export interface News {
  /** Each told once; a late one before those that were seen earlier than it. */
  readonly events: readonly FeedEvent[]
  /** More are there already. */
  readonly isMore: boolean
  readonly running: readonly CopyProgress[]
  readonly service: LiveData<'service'>
}

export interface LiveReader {
  /** Up to where all was told. */
  position(): LogPosition
  read(): Promise<News>
}

export type ReaderPorts = Pick<ServicePorts, 'feed' | 'desk' | 'leases' | 'leaseName'>

/** @param clock milliseconds that only grow */
export async function createReader(ports: ReaderPorts, clock = () => performance.now()): Promise<LiveReader> {
  let position = await ports.feed.end(lateMs, clock())
  return {
    position: () => position,
    read: async () => {
      const at = clock()
      const [late, fresh, running, service] = await Promise.all([
        ports.feed.within(position.gaps),
        ports.feed.after(position.head, mostEvents),
        ports.feed.running(),
        standingOf(ports),
      ])
      const events = [...late, ...fresh]
      const told = withTold(
        position,
        events.map(({ id }) => id),
        clock(),
      )
      // a gap is given up only by a look that began late enough
      position = withoutOldGaps(told, at - lateMs)
      return { events, isMore: fresh.length === mostEvents, running, service }
    },
  }
}
