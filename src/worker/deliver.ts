/**
 * How do messages reach those they are for? By the leader, beside its copies and never in their way: a loop for each channel, so
 * that one which is dead keeps nothing from the other. At least once: what was sent and not recorded goes again, under its key.
 */
import { nextAttemptMs } from '../core/delivery.ts'
import { asFailure, type Failure } from '../core/failure.ts'
import type { Channel } from '../core/messages.ts'
import type { Emit } from '../replication/events.ts'
import type { Attempt, Incidents, Outbox, StoredMessage, Told } from '../replication/ports/outbox.ts'
import type { HeldLease } from './keep-lease.ts'
import { createReceiver, type Receiver } from './receiver.ts'
import { type Bell, createBell } from './timers.ts'

/** What is sent by one channel, and how. */
export interface Delivery {
  readonly channel: Channel
  readonly inFlight: number
  /** Pauses between the attempts of one message. */
  readonly retryMs: readonly number[]
  /** @throws only when the signal aborts */
  send(message: StoredMessage, signal: AbortSignal): Promise<Attempt>
  /** What is written before each look, such as mails that gather. */
  readonly prepare: ((outbox: Outbox, lead: HeldLease) => Promise<void>) | null
}

export interface DeliverPorts {
  readonly outbox: Outbox
  readonly incidents: Incidents
  readonly emit: Emit
  readonly lead: HeldLease
  readonly bell: Bell
  /** Between two looks, at most. */
  readonly pollMs: number
  /** Whether people are told of incidents by mail. */
  readonly mail: boolean
}

interface Round {
  readonly delivery: Delivery
  readonly ports: DeliverPorts
  readonly receiver: Receiver
  readonly onTheirWay: Map<number, Promise<void>>
  readonly ended: Ended[]
  readonly ends: AbortSignal
  readonly state: {
    /** The receiver wants no more (410), as is stored. */
    gone: boolean
    /** An incident of this channel is stored. */
    told: boolean
    /** What is stored of incidents has to be read. */
    unsure: boolean
  }
}

/**
 * @param ends aborts what is on its way
 * @param last from when on nothing is waited for: it ends once nothing is due any more
 */
async function deliver(delivery: Delivery, ports: DeliverPorts, ends: AbortSignal, last: AbortSignal) {
  const { bell } = ports
  const receiver = createReceiver(delivery.inFlight, () => performance.now(), Math.random)
  const state = { gone: false, told: false, unsure: true }
  const round: Round = { delivery, ports, receiver, onTheirWay: new Map(), ended: [], ends, state }
  for (const signal of [ends, last]) signal.addEventListener('abort', () => bell.ring(), { once: true })
  while (!ends.aborted) {
    const began = await look(round).catch((error: unknown) => trouble(round, error))
    if (last.aborted && began === 0 && round.onTheirWay.size === 0 && round.ended.length === 0) return
    await bell.wait(Math.max(1, Math.min(ports.pollMs, receiver.restMs() || ports.pollMs)))
  }
  await Promise.all(round.onTheirWay.values())
  await record(round).catch(() => undefined)
}

function trouble({ ports, ends, state }: Round, error: unknown): number {
  state.unsure = true
  if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
  return 0
}

/** @returns how many were sent */
async function look(round: Round): Promise<number> {
  const { delivery, ports, receiver, onTheirWay, state, ends } = round
  await delivery.prepare?.(ports.outbox, ports.lead)
  await record(round)
  await settleIncident(round)
  if (state.gone) return 0
  const room = receiver.room() - onTheirWay.size
  if (room <= 0 || ends.aborted) return 0
  const due = await ports.outbox.due(delivery.channel, room, [...onTheirWay.keys()])
  for (const message of due) {
    ports.lead.requireTrusted()
    onTheirWay.set(message.id, send(round, message))
  }
  return due.length
}

interface Ended extends Told {
  readonly message: StoredMessage
  readonly durationMs: number
}

async function send(round: Round, message: StoredMessage): Promise<void> {
  const { delivery, ports, receiver, ends, ended, onTheirWay } = round
  const startedAt = performance.now()
  try {
    const attempt = await delivery.send(message, ends)
    if (attempt.kind === 'failed') receiver.failed(message.id, attempt.failure)
    const delayMs = attempt.kind === 'delivered' ? null : judge(round, message, attempt.failure)
    ended.push({ message, attempt, delayMs, durationMs: performance.now() - startedAt })
  } catch (error) {
    // it is sent again by whoever leads next: nobody knows whether it arrived
    onTheirWay.delete(message.id)
    if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
  } finally {
    ports.bell.ring()
  }
}

/** What a receiver that wants nothing any more was sent is kept for it. */
function judge({ delivery }: Round, { attempts }: StoredMessage, failure: Failure): number | null {
  if (failure.code === 'receiver_gone') return 0
  return nextAttemptMs(attempts + 1, delivery.retryMs, failure, Math.random())
}

/** What has ended is written together. Until it is written, it counts as on its way: nothing is sent twice because the database is away. */
async function record({ delivery, ports, receiver, ended, onTheirWay, state }: Round): Promise<void> {
  const batch = [...ended]
  if (batch.length === 0) return
  const isBack = batch.some(({ attempt }) => attempt.kind === 'delivered')
  // first: when it fails it is done again with them, and later nothing may come any more that would end the incident
  if (isBack && state.told) await settle({ ports, delivery, state }, null)
  await ports.outbox.record(ports.lead.proof, batch)
  ended.splice(0, batch.length)
  for (const one of batch) {
    onTheirWay.delete(one.message.id)
    tell(ports, delivery.channel, one)
  }
  if (isBack && receiver.succeeded()) await ports.outbox.hasten(ports.lead.proof, delivery.channel)
}

function tell({ emit }: DeliverPorts, channel: Channel, { message, attempt, delayMs, durationMs }: Ended): void {
  if (attempt.kind === 'delivered') emit({ kind: 'message.delivered', channel, message, durationMs })
  else emit({ kind: 'message.failed', channel, message, failure: attempt.failure, delayMs })
}

async function settleIncident(round: Round): Promise<void> {
  const { ports, delivery, receiver, state } = round
  if (state.unsure || state.gone) {
    const standing = (await ports.incidents.standing()).find(({ cause }) => cause === delivery.channel)
    // a person who sends again has it tried again
    if (state.gone && standing?.code !== 'receiver_gone') receiver.succeeded()
    state.told = standing !== undefined
    state.gone = standing?.code === 'receiver_gone'
    state.unsure = false
  }
  const failure = receiver.trouble()
  const isNews = failure !== null && !state.gone && (!state.told || failure.code === 'receiver_gone')
  if (isNews) await settle(round, failure)
}

async function settle(
  { ports, delivery, state }: Pick<Round, 'ports' | 'delivery' | 'state'>,
  failure: Failure | null,
) {
  const { channel } = delivery
  const now = failure === null ? null : { cause: channel, failure }
  const changed = await ports.incidents.settle(ports.lead.proof, [channel], now, ports.mail)
  state.told = failure !== null
  state.gone = failure?.code === 'receiver_gone'
  if (!changed) return
  ports.emit(failure === null ? { kind: 'receiver.back', channel } : { kind: 'receiver.lost', channel, failure })
}

/** For each channel a loop of its own. */
export function startDeliveries(
  deliveries: readonly Delivery[],
  ports: Omit<DeliverPorts, 'bell'> & { readonly onTold: (listener: () => void) => () => void },
  ends: AbortSignal,
): { finish(withinMs: number): Promise<void> } {
  const last = new AbortController()
  const own = new AbortController()
  const all = AbortSignal.any([ends, own.signal])
  const bells = deliveries.map(() => createBell())
  const stopListening = ports.onTold(() => {
    for (const bell of bells) bell.ring()
  })
  const loops = Promise.all(
    deliveries.map(async (delivery, index) => {
      const bell = bells[index] ?? createBell()
      await deliver(delivery, { ...ports, bell }, all, last.signal)
    }),
  )
  return {
    /** Sends what is due now, for so long at most, and ends. */
    async finish(withinMs) {
      last.abort()
      const late = setTimeout(() => own.abort(), withinMs)
      await loops
      clearTimeout(late)
      stopListening()
    },
  }
}
