/** What does this room offer the others? The ports, each method one file; and what a failing database is called. */
import { Failure } from '../core/failure.ts'
import type { AuditLog } from '../replication/ports/audit-log.ts'
import type { Desk, Reading } from '../replication/ports/desk.ts'
import type { EventFeed } from '../replication/ports/event-feed.ts'
import type { EventLog } from '../replication/ports/event-log.ts'
import type { Intake } from '../replication/ports/intake.ts'
import type { JobDesk, JobStore, UpkeepStore } from '../replication/ports/jobs.ts'
import type { LeaseStore } from '../replication/ports/lease.ts'
import type { OrphanStore } from '../replication/ports/orphan-store.ts'
import type { Incidents, Messages, Outbox } from '../replication/ports/outbox.ts'
import type { SessionStore } from '../replication/ports/session-store.ts'
import type { TokenStore } from '../replication/ports/token-store.ts'
import type { WorkStore } from '../replication/ports/work-store.ts'
import type { WorkerStatusStore } from '../replication/ports/worker-status.ts'
import { act } from './act.ts'
import { createAuditLog } from './audit-log.ts'
import { type Database, unreachable } from './connection.ts'
import { countMatching } from './count-matching.ts'
import { countFinished, counts, repairCounts, wrongCounts } from './counts.ts'
import { enqueue } from './enqueue.ts'
import { errorGroups } from './error-groups.ts'
import { createEventFeed } from './event-feed.ts'
import { createEventLog } from './event-log.ts'
import { flow } from './flow.ts'
import { heartbeat } from './heartbeat.ts'
import { repairHeldBack, wrongFamilies } from './held-back.ts'
import { createIncidents } from './incidents.ts'
import { createJobDesk } from './job-desk.ts'
import { createJobStore } from './job-work.ts'
import { createLeaseStore } from './lease-store.ts'
import { listCopies } from './list-copies.ts'
import { createMessages } from './message-desk.ts'
import { nextDueInMs, oldestDue } from './next-due.ts'
import { depositionsInUse, doubtfulCalls, recordRemoval } from './orphans.ts'
import { createOutbox } from './outbox.ts'
import { chainOf, eventsOf, filesOf, getCopy } from './read-copy.ts'
import { placeFiles, recordFiles } from './record-files.ts'
import { enterStep, recordIntent, recordStep, repoint } from './record-step.ts'
import { releaseStray } from './release-stray.ts'
import { rescue } from './rescue.ts'
import { createSessionStore } from './sessions.ts'
import { clearSwitch, setSwitch, switches } from './switches.ts'
import { addToken, listTokens, revokeToken, tokenHolder } from './tokens.ts'
import { turn } from './turn.ts'
import { createUpkeep } from './upkeep.ts'
import { aheadOf } from './views.ts'
import { waiting } from './waiting.ts'
import { readWorker, tellWorker } from './worker-status.ts'

export interface Store {
  readonly intake: Intake
  readonly work: WorkStore
  readonly leases: LeaseStore
  readonly desk: Desk
  readonly reading: Reading
  readonly orphans: OrphanStore
  readonly eventLog: EventLog
  readonly eventFeed: EventFeed
  readonly tokens: TokenStore
  readonly workerStatus: WorkerStatusStore
  readonly sessions: SessionStore
  readonly audit: AuditLog
  readonly jobDesk: JobDesk
  readonly jobs: JobStore
  readonly upkeep: UpkeepStore
  readonly outbox: Outbox
  readonly incidents: Incidents
  readonly messages: Messages
}

/** Every method fails with `database_unreachable` when the database cannot be reached or stays locked. */
export function createStore(db: Database): Store {
  return {
    intake: translating(db, { enqueue: (requests) => enqueue(db, requests) }),
    work: translating(db, createWorkStore(db)),
    leases: translating(db, createLeaseStore(db)),
    desk: translating(db, {
      act: (action, filter, actor, expected) => act(db, action, { filter, actor, expected }),
      switches: () => switches(db),
      setSwitch: (name, actor) => setSwitch(db, name, actor),
      clearSwitch: (name, actor) => clearSwitch(db, name, actor),
      wrongOrder: async () => (await wrongFamilies(db.knex)).length,
      repairOrder: () => repairHeldBack(db),
      countFinished: () => countFinished(db),
      wrongCounts: async () => (await wrongCounts(db.knex)).length,
      repairCounts: () => repairCounts(db),
    }),
    reading: translating(db, {
      list: (request) => listCopies(db, request),
      get: (id) => getCopy(db, id),
      events: (copyId) => eventsOf(db, copyId),
      files: (copyId) => filesOf(db, copyId),
      chain: (copyId) => chainOf(db, copyId),
      counts: () => counts(db),
      waiting: () => waiting(db),
      errorGroups: () => errorGroups(db),
      flow: (request) => flow(db, request),
      countMatching: (filter) => countMatching(db, filter),
      ahead: (ids) => aheadOf(db, ids),
      oldestDue: () => oldestDue(db),
      worker: (leaseName) => readWorker(db, leaseName),
    }),
    eventLog: translating(db, createEventLog(db)),
    eventFeed: translating(db, createEventFeed(db)),
    orphans: translating(db, {
      doubtfulCalls: (withinMs) => doubtfulCalls(db, withinMs),
      inUse: (ids) => depositionsInUse(db, ids),
      announce: (proof, copyId, intent) => recordRemoval(db, proof, { copyId, intent, outcome: null }),
      settleIntent: (proof, copyId, settlement) => recordRemoval(db, proof, { copyId, ...settlement }),
    }),
    tokens: translating(db, {
      add: (token) => addToken(db, token),
      list: () => listTokens(db),
      revoke: (name, by) => revokeToken(db, name, by),
      holder: (hash) => tokenHolder(db, hash),
    }),
    workerStatus: translating(db, { tell: (proof, report) => tellWorker(db, proof, report) }),
    sessions: translating(db, createSessionStore(db)),
    audit: translating(db, createAuditLog(db)),
    jobDesk: translating(db, createJobDesk(db)),
    jobs: translating(db, createJobStore(db)),
    upkeep: translating(db, createUpkeep(db)),
    outbox: translating(db, createOutbox(db)),
    incidents: translating(db, createIncidents(db)),
    messages: translating(db, createMessages(db)),
  }
}

function createWorkStore(db: Database): WorkStore {
  return {
    claim: async (next) => (await turn(db, next.proof, { endings: [], next })).claimed,
    enterStep: (proof, copyId, step) => enterStep(db, proof, { copyId, step }),
    recordStep: (proof, copyId, record) => recordStep(db, proof, { copyId, ...record }),
    placeFiles: (proof, copyId, files) => placeFiles(db, proof, { copyId, files }),
    recordFiles: (proof, copyId, files, archives = []) => recordFiles(db, proof, { copyId, files, archives }),
    announce: (proof, copyId, intent) => recordIntent(db, proof, { copyId, intent, outcome: null }),
    settleIntent: (proof, copyId, { intent, outcome }) => recordIntent(db, proof, { copyId, intent, outcome }),
    repoint: (proof, copyId, change) => repoint(db, proof, { copyId, ...change }),
    settle: (proof, endings, next) => turn(db, proof, { endings, next }),
    heartbeat: (proof, running) => heartbeat(db, proof, running),
    releaseStray: (proof, held) => releaseStray(db, proof, held),
    rescue: (proof, options) => rescue(db, proof, options),
    nextDueInMs: () => nextDueInMs(db),
  }
}

/** The same port, with the drivers' errors for "not there" put into our words. All else stays as it is. */
function translating<Port extends object>(db: Database, port: Port): Port {
  const translated = Object.entries(port).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args)
      } catch (error) {
        const { isUnreachable, isTransient } = db.dialect
        if (error instanceof Failure || !(isUnreachable(error) || isTransient(error))) throw error
        throw unreachable(db.label, error)
      }
    },
  ])
  return Object.fromEntries(translated) as Port
}
