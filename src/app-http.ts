/** What is the HTTP API handed? Loaded only by the command that serves it. */
import { createLinks } from './app-links.ts'
import type { Config } from './config.ts'
import { addConsole } from './console/add-console.ts'
import { parseRoleRule, type RoleRule } from './core/role-rules.ts'
import type { Database } from './db/connection.ts'
import { requireCurrentSchema } from './db/migrate.ts'
import type { Store } from './db/store.ts'
import { createOidc } from './http/access/oidc.ts'
import type { AccessPorts, ServicePorts } from './http/ports.ts'
import { type ListenAt, type Listening, listen } from './http/server.ts'
import { createServiceMetrics } from './observe/service-metrics.ts'
import { packageVersion } from './package-version.ts'
import type { Secrets } from './reload.ts'
import { enqueueAll } from './replication/enqueue.ts'
import { enqueueLines } from './replication/enqueue-lines.ts'
import type { Emit } from './replication/events.ts'
import { createJobService } from './replication/jobs/job-service.ts'
import { actOnCopies, filterFor } from './replication/requeue.ts'
import { createSessions } from './replication/sessions.ts'
import { holderOf } from './replication/tokens.ts'

export type { ListenAt } from './http/server.ts'

interface Parts {
  readonly config: Config
  readonly store: Store
  readonly emit: Emit
  readonly database: Database
  readonly secrets: () => Secrets
}

/** Of lines that do not say it. */
const unsaid = { types: null, publish: false, priority: null, runAfter: null, fileRoot: null }

/** Answers until it is closed. @throws Failure `config_invalid` when the address cannot be listened on */
export async function serve(parts: Parts, at: ListenAt): Promise<Listening> {
  const { config, store, emit, database } = parts
  const intake = { intake: store.intake, emit }
  const { name: leaseName } = config.worker.lease
  const ports: ServicePorts = {
    reading: store.reading,
    desk: store.desk,
    feed: store.eventFeed,
    liveEveryMs: at.liveEveryMs,
    leases: store.leases,
    largeBytes: config.worker.largeBytes,
    requestsPerHour: config.zenodo.requestsPerHour,
    leaseName,
    enqueue: async (request) => {
      const [answer] = await enqueueAll(intake, [request])
      if (answer === undefined) throw new Error('a request has no answer')
      return answer
    },
    enqueueLines: (chunks, requestedBy) => enqueueLines(intake, chunks, { ...unsaid, requestedBy }),
    filterFor,
    act: (action, request) => actOnCopies(store.desk, action, request),
    access: accessPorts(config, store),
    messages: store.messages,
    incidents: store.incidents,
    linkTo: createLinks(parts),
    jobs: createJobService(store.jobDesk),
    requireReady: async () => {
      await database.ping()
      await requireCurrentSchema(database)
    },
    metrics: {
      ...createServiceMetrics(() => readingsOf(store, leaseName), packageVersion()),
      withoutToken: config.server.metricsWithoutToken,
    },
  }
  return await listen(ports, at, addConsole)
}

function accessPorts({ server }: Config, store: Store): AccessPorts {
  const { trustedProxies, sessions, oidc, proxyHeader } = server
  const publicUrl = server.publicUrl === '' ? '' : new URL(server.publicUrl).origin
  return {
    settings: {
      publicUrl,
      trustedProxies,
      proxyHeader: proxyHeader.name === '' ? null : { ...proxyHeader, roles: rulesOf(proxyHeader.roles) },
      oidc: oidc.issuer === '' ? null : oidc,
    },
    holderOf: (token) => holderOf(store.tokens, token),
    sessions: createSessions(store.sessions, store.tokens, {
      idleMs: sessions.idleMinutes * 60_000,
      mostMs: sessions.mostHours * 3_600_000,
      people: rulesOf(oidc.roles),
    }),
    audit: store.audit,
    oidc: oidc.issuer === '' ? null : createOidc(oidc, publicUrl),
  }
}

/** @throws Failure `sign_in_refused` */
export async function probeIssuer({ server: { oidc } }: Config): Promise<void> {
  await createOidc(oidc, 'http://localhost').begin('/')
}

/** They were read once before, when the configuration was checked. */
function rulesOf(texts: readonly string[]): RoleRule[] {
  return texts.map(parseRoleRule).filter((rule) => rule !== null)
}

/** What a scrape tells. */
async function readingsOf({ reading, desk, leases, messages, incidents }: Store, leaseName: string) {
  const [counts, oldestDue, switches, lease, worker, waiting, standing] = await Promise.all([
    reading.counts(),
    reading.oldestDue(),
    desk.switches(),
    leases.look(leaseName),
    reading.worker(leaseName),
    messages.summary(),
    incidents.standing(),
  ])
  return { counts, oldestDue, switches, lease, worker, messages: waiting, incidents: standing.length }
}
