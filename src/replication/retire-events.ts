/** How do events leave the log? A few copies at a time: into the archive first, and out of the table once they are on the disk there. */
import { isUnfinished } from '../core/ordering.ts'
import { eventsToRetire, type RetentionRule } from '../core/retention.ts'
import type { Emit } from './events.ts'
import type { EventArchive, EventLog, StoredStory } from './ports/event-log.ts'
import type { Leadership } from './ports/lease.ts'

export interface Retiring {
  readonly log: EventLog
  readonly archive: EventArchive
  readonly lead: Leadership
  readonly emit: Emit
}

/** Events that are looked at, and copies whose events leave, with one statement. */
const eventsAtOnce = 1000
const copiesAtOnce = 100

/**
 * Goes once through all there is, oldest first, and yields after each part. What is archived is deleted in a transaction of its
 * own: a crash between the two leaves lines in the archive that come a second time, and loses nothing.
 * @param withinMs logs that grew too long are looked for among copies changed since
 */
export async function* retireEvents(ports: Retiring, rule: RetentionRule, withinMs: number): AsyncGenerator<void> {
  let retired = 0
  for (let after = 0; ; ) {
    const first = await ports.log.oldest(after, eventsAtOnce)
    const old = first.filter((event) => event.ageMs > rule.maxAgeMs)
    if (old.length === 0) break
    for (const ids of inParts(old.map(({ copyId }) => copyId))) {
      retired += await retire(ids, ports, rule)
      yield
    }
    // those of copies that are not over stay, and are passed over
    after = first.at(-1)?.id ?? after
  }
  for (const ids of inParts(await ports.log.longest(rule.mostEvents, withinMs))) {
    retired += await retire(ids, ports, rule)
    yield
  }
  if (retired > 0) ports.emit({ kind: 'events.archived', events: retired })
}

function inParts(copyIds: readonly number[]): number[][] {
  const ids = [...new Set(copyIds)]
  const parts = Math.ceil(ids.length / copiesAtOnce)
  return Array.from({ length: parts }, (_, part) => ids.slice(part * copiesAtOnce, (part + 1) * copiesAtOnce))
}

/** @returns how many events */
async function retire(
  copyIds: readonly number[],
  { log, archive, lead }: Retiring,
  rule: RetentionRule,
): Promise<number> {
  const stories = await log.stories(copyIds)
  const leaving = stories.map((story) => ({
    ...story,
    events: eventsToRetire(story.events, !isUnfinished(story.copy.state), rule),
  }))
  const events = leaving.flatMap((story) => story.events)
  if (events.length === 0) return 0
  lead.requireTrusted()
  await archive.append(leaving.flatMap(entriesOf))
  await log.remove(lead.proof, events)
  return events.length
}

/** Each line says by itself whose event it is. */
function entriesOf({ copy: { dataset, version, type }, events }: StoredStory) {
  return events.map(({ id, copyId, at, kind, actor, term, data }) => {
    const copy = { id: copyId, dataset: dataset.doi, version: version.number, type }
    return { id, copy, at, kind, actor, term, data }
  })
}
