/** What does the database know that an alarm could be about? Read anew for each scrape, so that it is the same whichever host answers. */
import { Gauge, type Registry } from 'prom-client'
import { type CopyState, type Family, families } from '../core/copy.ts'
import { stateNames } from '../core/copy-state.ts'
import { createRegistry, prefix } from './registry.ts'

interface Window {
  readonly limit: number
  readonly remaining: number | null
}

/** What is read for a scrape; ages are by the database's clock. */
export interface Readings {
  readonly counts: ReadonlyArray<{ readonly family: Family; readonly state: CopyState; readonly count: number }>
  readonly oldestDue: { readonly dueForMs: number } | null
  readonly switches: ReadonlyArray<{ readonly name: string }>
  readonly lease: {
    readonly holder: string | null
    readonly expired: boolean
    readonly term: number
    readonly overMs: number
    readonly renewedAt: string | null
    readonly expiresAt: string | null
  }
  readonly worker: {
    readonly stale: boolean
    readonly ageMs: number
    readonly slots: { readonly total: number; readonly busy: number }
    readonly breaker: { readonly open: boolean; readonly code: string | null }
    readonly zenodo: {
      readonly rateLimit: { readonly minute: Window; readonly hour: Window }
      readonly lastSuccessAt: string | null
    }
  } | null
  /** For the repository and for people. */
  readonly messages: { readonly waiting: number; readonly dead: number; readonly oldestWaitingMs: number | null }
  /** That are not over. */
  readonly incidents: number
}

export interface Metrics {
  readonly contentType: string
  /** In Prometheus' text format. */
  text(): Promise<string>
}

/** @param read what a database that is away makes fail: then `database_up` is 0 and the rest is left out */
export function createServiceMetrics(read: () => Promise<Readings>, version: string): Metrics {
  const registry = createRegistry(version)
  const up = gauge(
    registry,
    'database_up',
    'Whether the database answered this scrape; without it the others are left out.',
  )
  const show = gaugesOf(registry)
  return {
    contentType: registry.contentType,
    async text() {
      const readings = await read().catch(() => null)
      up.set(readings === null ? 0 : 1)
      show(readings)
      return await registry.metrics()
    },
  }
}

interface Shown<Label extends string> {
  set(value: number, labels?: Readonly<Record<Label, string>>): void
  /** So that it is left out until it is set again. */
  clear(): void
}

function gauge<Label extends string = never>(
  registry: Registry,
  name: string,
  help: string,
  ...labelNames: Label[]
): Shown<Label> {
  const made = new Gauge({ name: prefix + name, help, labelNames, registers: [registry] })
  return {
    set: (value, labels) => (labels === undefined ? made.set(value) : made.set(labels, value)),
    clear() {
      made.reset()
      // a reset leaves a 0 where there is no label
      if (labelNames.length === 0) made.remove()
    },
  }
}

/** @returns sets them all; null empties them */
function gaugesOf(registry: Registry): (readings: Readings | null) => void {
  const parts = [
    showQueue(registry),
    showLease(registry),
    showWorker(registry),
    showZenodo(registry),
    showMessages(registry),
  ]
  return (readings) => {
    for (const part of parts) part(readings)
  }
}

type Show = (readings: Readings | null) => void

function showQueue(registry: Registry): Show {
  const copies = gauge(registry, 'copies', 'Copies by family and state.', 'family', 'state')
  const oldest = gauge(
    registry,
    'oldest_due_seconds',
    'For how long the copy has been due that could run for longest; 0: none is due.',
  )
  const paused = gauge(registry, 'paused', 'Whether a person has paused the worker.')
  return (readings) => {
    for (const one of [copies, oldest, paused]) one.clear()
    if (readings === null) return
    for (const family of families) for (const state of stateNames) copies.set(0, { family, state })
    for (const { family, state, count } of readings.counts) copies.set(count, { family, state })
    oldest.set((readings.oldestDue?.dueForMs ?? 0) / 1000)
    paused.set(flag(readings.switches.some(({ name }) => name === 'pause')))
  }
}

function showLease(registry: Registry): Show {
  const leader = gauge(registry, 'leader', 'Whether a worker leads: 1 while its lease is renewed in time.')
  const age = gauge(registry, 'lease_age_seconds', "Since the last renewal of the lease, by the database's clock.")
  const term = gauge(registry, 'lease_term', 'Term of the lease; changes with each worker that takes it.')
  return (readings) => {
    for (const one of [leader, age, term]) one.clear()
    if (readings === null) return
    const { lease } = readings
    leader.set(flag(lease.holder !== null && !lease.expired))
    term.set(lease.term)
    if (lease.renewedAt === null || lease.expiresAt === null) return
    age.set(Math.max(0, Date.parse(lease.expiresAt) - Date.parse(lease.renewedAt) + lease.overMs) / 1000)
  }
}

function showWorker(registry: Registry): Show {
  const breaker = gauge(registry, 'breaker_open', 'Whether the worker claims nothing, as Zenodo is out of order.')
  const token = gauge(registry, 'token_refused', 'Whether that is because Zenodo refuses the token.')
  const age = gauge(registry, 'worker_report_age_seconds', 'Since the worker last told what it is at.')
  const slots = gauge(registry, 'worker_slots', 'Copies that the worker brings at the same time, at most.')
  const busy = gauge(registry, 'worker_slots_busy', 'Copies on their way.')
  return (readings) => {
    for (const one of [breaker, token, age, slots, busy]) one.clear()
    if (readings === null) return
    const { worker, switches } = readings
    breaker.set(flag(switches.some(({ name }) => name === 'breaker')))
    token.set(flag(worker?.breaker.open === true && worker.breaker.code === 'zenodo_token_refused'))
    if (worker === null) return
    age.set(worker.ageMs / 1000)
    // what a worker said that leads no more is not so
    if (worker.stale) return
    slots.set(worker.slots.total)
    busy.set(worker.slots.busy)
  }
}

function showZenodo(registry: Registry): Show {
  const left = gauge(registry, 'rate_limit_remaining', 'Requests that Zenodo said are left in the window.', 'window')
  const limit = gauge(registry, 'rate_limit_requests', 'Requests that the window takes.', 'window')
  const success = gauge(registry, 'zenodo_last_success_timestamp_seconds', 'When Zenodo last answered a call well.')
  return (readings) => {
    for (const one of [left, limit, success]) one.clear()
    if (!readings?.worker || readings.worker.stale) return
    const { rateLimit, lastSuccessAt } = readings.worker.zenodo
    for (const [window, told] of Object.entries(rateLimit)) {
      limit.set(told.limit, { window })
      if (told.remaining !== null) left.set(told.remaining, { window })
    }
    if (lastSuccessAt !== null) success.set(Date.parse(lastSuccessAt) / 1000)
  }
}

function showMessages(registry: Registry): Show {
  const messages = gauge(registry, 'messages', 'Messages that wait to be delivered, and those given up.', 'state')
  const oldest = gauge(
    registry,
    'oldest_message_seconds',
    'For how long the oldest message has been waiting; 0: none waits.',
  )
  const incidents = gauge(registry, 'incidents', 'Incidents that are not over.')
  return (readings) => {
    for (const one of [messages, oldest, incidents]) one.clear()
    if (readings === null) return
    const { waiting, dead, oldestWaitingMs } = readings.messages
    messages.set(waiting, { state: 'waiting' })
    messages.set(dead, { state: 'dead' })
    oldest.set((oldestWaitingMs ?? 0) / 1000)
    incidents.set(readings.incidents)
  }
}

const flag = (is: boolean) => (is ? 1 : 0)
