/** Who is handed to whom? The composition root: configuration in, the whole service out. It holds no logic of its own. */

import type { ListenAt } from './app-http.ts'
import type { probeMail } from './app-notices.ts'
import type { Config } from './config.ts'
import type { DepositionId } from './core/copy.ts'
import type { PersonAction } from './core/copy-state.ts'
import type { PersonRole } from './core/roles.ts'
import { type Database, openDatabase } from './db/connection.ts'
import { migrate, migrationStatus, requireCurrentSchema } from './db/migrate.ts'
import { excessRights } from './db/rights.ts'
import { serverFacts } from './db/server-facts.ts'
import { createStore } from './db/store.ts'
import { createReload } from './reload.ts'
import { type EnqueueRequest, enqueueAll } from './replication/enqueue.ts'
import type { LineDefaults } from './replication/enqueue-lines.ts'
import type { ServiceEvent } from './replication/events.ts'
import type { LinkRequest } from './replication/file-link.ts'
import { createJobService } from './replication/jobs/job-service.ts'
import type { Actor, ActRequest } from './replication/ports/desk.ts'
import { actOnCopies } from './replication/requeue.ts'
import { addLink } from './replication/sessions.ts'
import type { WorkerRun } from './worker/shift.ts'

/** Most commands only read and write the table; the clients of Zenodo and of sources are loaded by those that need them. */
const atZenodo = () => import('./app-at-zenodo.ts')

/** The service, opened on one configuration. Close it when done. */
export type App = Awaited<ReturnType<typeof openApp>>

/** Connects nothing yet: the database is reached with the first statement, Zenodo with the first request. */
export async function openApp(config: Config) {
  const { emit, onEvent, ...on } = createEvents()
  const { secrets, reload } = createReload(config, emit)
  const database = openDatabase(config.database.url)
  const store = createStore(database)
  const parts = { config, secrets, store, emit, ...on, databaseLabel: database.label }
  return {
    config,
    intake: store.intake,
    desk: store.desk,
    reading: store.reading,
    leases: store.leases,
    /** @returns a function that ends the subscription. */
    onEvent,
    database: administration(database),
    enqueue: async (request: EnqueueRequest) =>
      (await enqueueAll({ intake: store.intake, emit }, [request])).flatMap((answer) => answer.copies),
    /** All of them, or with a refusal none. */
    enqueueAll: (requests: readonly EnqueueRequest[]) => enqueueAll({ intake: store.intake, emit }, requests),
    /** A stream of them, one JSON document a line: those that are not refused, and the reason for each of the others. */
    async *enqueueLines(chunks: AsyncIterable<Uint8Array>, defaults: LineDefaults) {
      const { enqueueLines } = await import('./replication/enqueue-lines.ts')
      yield* enqueueLines({ intake: store.intake, emit }, chunks, defaults)
    },
    act: (action: PersonAction, request: ActRequest) => actOnCopies(store.desk, action, request),
    probeZenodo: async (signal: AbortSignal) => (await atZenodo()).probe(parts, signal),
    /** Whether the token gets at this deposition. Only looks. */
    seesDeposition: async (id: DepositionId, signal: AbortSignal) => (await atZenodo()).sees(parts, id, signal),
    /** Drafts that lost answers left at Zenodo. Only looks. */
    orphans: async (signal: AbortSignal) => (await atZenodo()).orphans(parts, signal),
    /** Takes the token of now, and says which other settings would need a restart. */
    reload,
    /** Milliseconds until the next waiting copy that nothing holds back becomes due; null when there is none. */
    nextDueInMs: () => store.work.nextDueInMs(),
    worker: async (run: WorkerRun, stop: AbortSignal) => (await atZenodo()).work(parts, run, stop),
    linkTo: async (request: LinkRequest) => (await import('./app-links.ts')).createLinks(parts)(request),
    tokens: store.tokens,
    /** @returns the key of a link by which one person can sign in to the console, once, within ten minutes */
    signInLink: (person: { readonly name: string; readonly role: PersonRole }, actor: Actor) =>
      addLink(store.sessions, person, actor),
    /** Work on many copies, which the worker goes on with behind them. */
    jobs: createJobService(store.jobDesk),
    messages: store.messages,
    incidents: store.incidents,
    /** Sends a test message by each channel that is set up: the webhook, and mail. */
    testNotices: async (signal: AbortSignal) => (await atZenodo()).testNotices(parts, signal),
    receivers: receivers(parts),
    /** @throws Failure `sign_in_refused` when the identity provider that is set does not answer as one */
    probeIssuer: async () => (await import('./app-http.ts')).probeIssuer(config),
    /** Answers the HTTP API until it is closed. */
    listen: async (at: ListenAt) => (await import('./app-http.ts')).serve({ ...parts, database }, at),
    close: () => database.close(),
  }
}

/** Whether those can be reached who are told. Only looks. */
function receivers(parts: Parameters<typeof probeMail>[0]) {
  const notices = () => import('./app-notices.ts')
  return {
    /** Where the name in webhook.url leads. @throws what the name service says when it leads nowhere */
    webhookAddresses: async () => (await notices()).webhookAddresses(parts.config),
    /** @throws Failure `receiver_unavailable` when the mail server does not answer, or refuses the password */
    probeMail: async () => (await notices()).probeMail(parts),
  }
}

/** Who tells, and who listens. Each subscription is ended by the function that it gives. */
function createEvents() {
  const listeners = new Set<(event: ServiceEvent) => void>()
  const emit = (event: ServiceEvent) => {
    for (const listener of listeners) listener(event)
  }
  const onEvent = (listener: (event: ServiceEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const on =
    (matches: (kind: ServiceEvent['kind']) => boolean) =>
    (listener: () => void): (() => void) =>
      onEvent(({ kind }) => {
        if (matches(kind)) listener()
      })
  return {
    emit,
    onEvent,
    onEnqueued: on((kind) => kind === 'copy.enqueued'),
    onReloaded: on((kind) => kind === 'settings.reloaded'),
    // what the repository, or people, may have to be told of
    onTold: on((kind) => /^(copy\.(finished|error)|breaker\..*)$/.test(kind)),
  }
}

/** What is done to the database as a whole. */
function administration(database: Database) {
  return {
    ping: () => database.ping(),
    migrate: () => migrate(database),
    migrationStatus: () => migrationStatus(database),
    requireCurrentSchema: () => requireCurrentSchema(database),
    excessRights: () => excessRights(database),
    serverFacts: () => serverFacts(database),
    label: database.label,
  }
}
