/** Which events of a copy may leave its log? Old ones of copies that are over, and the middle of a log that is too long; never a call in doubt. */
import { stillDoubtful } from './orphans.ts'

/** As much of an event as the rule looks at. */
export interface LoggedEvent {
  /** By the database's clock. */
  readonly ageMs: number
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface RetentionRule {
  /** Events of copies that are over leave at this age. */
  readonly maxAgeMs: number
  /** A log that has more keeps its first and its last half of so many. */
  readonly mostEvents: number
}

/** @param story all events of one copy, in their order. @param isOver whether the copy is finished or cancelled */
export function eventsToRetire<Event extends LoggedEvent>(
  story: readonly Event[],
  isOver: boolean,
  { maxAgeMs, mostEvents }: RetentionRule,
): Event[] {
  const young = isOver ? story.filter((event) => event.ageMs <= maxAgeMs) : story
  const stay = new Set(headAndTail(young, mostEvents))
  for (const calls of callsByPlace(story)) {
    // half of what is known of a call would look like a call without an answer
    if (isInDoubt(calls) || calls.some((event) => stay.has(event))) for (const event of calls) stay.add(event)
  }
  return story.filter((event) => !stay.has(event))
}

function headAndTail<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  const head = Math.ceil(most / 2)
  return [...items.slice(0, head), ...items.slice(items.length - (most - head))]
}

/** Announcements and settlements of the same operation on the same deposition: a later one says something of the earlier. */
function callsByPlace<Event extends LoggedEvent>(story: readonly Event[]): Iterable<readonly Event[]> {
  const calls = story.filter(({ kind }) => kind === 'intent' || kind === 'intent_settled')
  return Map.groupBy(calls, ({ data }) => `${data.operation} ${data.depositionId}`).values()
}

/** Whether nobody knows for sure how one of them ended: the next run, or the look for orphans, needs it. */
function isInDoubt(calls: readonly LoggedEvent[]): boolean {
  const byMarker = Map.groupBy(calls, ({ data }) => data.marker)
  return [...byMarker.values()].some((same) => {
    let open: Array<{ readonly isOpen: boolean }> = []
    for (const { kind, data } of same)
      open = kind === 'intent' ? [...open, { isOpen: true }] : stillDoubtful(open, String(data.outcome))
    return open.length > 0
  })
}
