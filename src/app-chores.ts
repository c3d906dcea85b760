/** What does a worker do now and then beside its copies? The one list of chores, each with its rhythm. */
import type { Config } from './config.ts'
import { createEventArchive } from './db/event-archive.ts'
import type { Store } from './db/store.ts'
import type { Emit } from './replication/events.ts'
import { removeOrphans } from './replication/orphans.ts'
import type { Depositions } from './replication/ports/depositions.ts'
import { retireEvents } from './replication/retire-events.ts'
import type { Chore } from './worker/chores.ts'
import type { HeldLease } from './worker/keep-lease.ts'

const hourMs = 3_600_000

/** Orphans are looked for among copies that something happened to lately: Zenodo's index lags by minutes. */
const recentMs = 3 * 24 * hourMs

interface ChorePorts {
  readonly store: Store
  readonly depositions: Depositions
  readonly emit: Emit
}

export function choresOf(config: Config, ports: ChorePorts): Chore[] {
  const { store, depositions, emit } = ports
  const orphans: Chore = {
    name: 'orphans',
    everyMs: config.worker.orphansEverySeconds * 1000,
    // a copy that starts meanwhile could continue on a draft that is about to go
    halts: true,
    run: async (lead, signal) => {
      await removeOrphans({ orphans: store.orphans, depositions, lead, emit, signal }, recentMs)
      return false
    },
  }
  const finishedCounts: Chore = {
    name: 'finished_counts',
    everyMs: hourMs,
    halts: false,
    run: async () => {
      await store.desk.countFinished()
      return false
    },
  }
  return [orphans, finishedCounts, oldMessages(config, ports), ...oldEvents(config, ports)]
}

/** With nobody to send them to, messages for the repository go as well. */
function oldMessages({ retention, webhook }: Config, { store, emit }: ChorePorts): Chore {
  const olderThanMs = retention.messageDays * 24 * hourMs
  const kinds = webhook.url === '' ? [false, true] : [false]
  const run: Chore['run'] = async (lead, signal) => {
    let messages = 0
    for (const unsent of kinds) {
      let after: number | null = 0
      while (after !== null && !signal.aborted && messages < mostRetired) {
        const part = await store.outbox.retire(lead.proof, olderThanMs, { after, unsent })
        messages += part.deleted
        after = part.after
      }
    }
    if (messages > 0) emit({ kind: 'messages.retired', messages })
    return messages >= mostRetired
  }
  return { name: 'old_messages', everyMs: hourMs, halts: false, run }
}

/** So many at a time: copies that come meanwhile wait for no longer. */
const mostRetired = 2000

/** So long at a time: copies that come meanwhile wait for no longer. */
const momentMs = 200

/** Without a folder for what leaves the log, nothing leaves it. */
function oldEvents({ retention }: Config, { store, emit }: ChorePorts): Chore[] {
  if (retention.folder === '') return []
  const archive = createEventArchive(retention.folder)
  const rule = { maxAgeMs: retention.days * 24 * hourMs, mostEvents: retention.eventsPerCopy }
  let going: AsyncGenerator<void> | null = null
  const goOn = async (lead: HeldLease) => {
    const walk = going ?? retireEvents({ log: store.eventLog, archive, lead, emit }, rule, recentMs)
    // one that fails begins anew the next time
    going = null
    if ((await walk.next()).done) return false
    going = walk
    return true
  }
  const run: Chore['run'] = async (lead, signal) => {
    for (const end = performance.now() + momentMs; await goOn(lead); ) {
      if (signal.aborted || performance.now() > end) return true
    }
    return false
  }
  return [{ name: 'old_events', everyMs: hourMs, halts: false, run }]
}
