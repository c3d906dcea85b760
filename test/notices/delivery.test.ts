/** Does the repository hear of everything, in order, whatever its receiver does? By real posts to a real server. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MessageKind, messageSchema } from '../../src/core/messages.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'
import { databases } from '../support/database.ts'
import { createReceiver, type Received, type Receiver, tellingTo } from '../support/receiver.ts'
import { createWorld, type World } from '../support/world.ts'

const person = { name: 'cli:tester', reason: null }

describe.each(databases)('messages for the repository, on %s', (kind) => {
  let receiver: Receiver
  let world: World
  let stop: AbortController
  let working: Promise<void>

  beforeEach(async () => {
    receiver = await createReceiver()
    stop = new AbortController()
    working = Promise.resolve()
  })
  afterEach(async () => {
    stop.abort('the test is over')
    await working
    await receiver.close()
    await world.close()
  })

  const start = async (more: Record<string, unknown> = {}) => {
    world = await createWorld(kind, { config: tellingTo(receiver, more) })
  }
  const work = () => {
    working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
  }
  const heard = (matches: (event: ServiceEvent) => boolean) =>
    new Promise<void>((resolve) => {
      const end = world.app.onEvent((event) => {
        if (!matches(event)) return
        end()
        resolve()
      })
    })
  const delivered = (what: string) =>
    heard((event) => event.kind === 'message.delivered' && event.message.kind === what)
  const published = (number: number) => ({ doi: `10.5061/dryad.m${number}`, published: true, publicationDate: '2026-11-01', software: { 'a.R': `${number}` } }) // biome-ignore format: one thought
  const typesAbout = (doi: string) =>
    receiver.received.filter(({ data }) => data.dataset?.doi === doi).map(({ type }) => type)
  const stored = async (state: 'waiting' | 'delivered' | 'dead') => await world.app.messages.list({ state, limit: 100 })

  it('each is signed, fits its schema, and is delivered before a worker that has nothing more to do ends', async () => {
    await start()
    await world.enqueue(published(1), 'software', 'software_publish')
    await world.enqueue({ doi: '10.5061/dryad.bad', software: { 'b.R': 'b' } }, 'software')
    world.source.put('software/v1/b.R', 'other bytes')
    await world.work()
    expect(new Set(receiver.received.map(({ type }) => type))).toEqual(
      new Set(['copy.finished', 'staging.may_be_deleted', 'copy.error']),
    )
    for (const { key: _, ...body } of receiver.received) messageSchema(body.type as MessageKind).parse(body)
    expect(new Set(receiver.received.map(({ key }) => key)).size).toBe(receiver.received.length)
    expect(await stored('waiting')).toEqual([])
    expect(await stored('delivered')).toHaveLength(receiver.received.length)
  })

  it('one that is refused comes again under its id, and what follows about the same copy waits for it', async () => {
    await start()
    const refusals = new Map<string, number>()
    receiver.answers(({ key, type, data }, response) => {
      const before = refusals.get(key) ?? 0
      refusals.set(key, before + 1)
      const isRefused = type === 'copy.finished' && data.dataset.doi === '10.5061/dryad.m1' && before < 2
      response.writeHead(isRefused ? 500 : 200).end()
    })
    work()
    const done = delivered('staging.may_be_deleted')
    await world.enqueue(published(1), 'software_publish')
    await done
    expect(typesAbout('10.5061/dryad.m1')).toEqual([
      ...Array.from({ length: 3 }, () => 'copy.finished'),
      'staging.may_be_deleted',
    ])
    expect(new Set(receiver.received.map(({ key }) => key)).size).toBe(2)
  })

  it('one that is refused for good becomes a dead letter, which keeps nothing back and can be sent again', async () => {
    await start()
    receiver.answers(({ type }, response) =>
      response.writeHead(type === 'copy.finished' ? 422 : 200).end('no such dataset'),
    )
    work()
    const done = delivered('staging.may_be_deleted')
    await world.enqueue(published(1), 'software_publish')
    await done
    const [dead] = await stored('dead')
    expect(dead).toMatchObject({ kind: 'copy.finished', attempts: 4, lastStatus: 422 })
    expect(dead?.lastError).toMatch(/message_refused: 127\.0\.0\.1:\d+ answered 422: no such dataset/)
    receiver.answers((_message, response) => response.writeHead(200).end())
    const again = delivered('copy.finished')
    expect(await world.app.messages.sendAgain({ dead: {} }, person)).toBe(1)
    await again
    expect(await stored('dead')).toEqual([])
    expect(receiver.received.at(-1)).toMatchObject({ key: dead?.key, type: 'copy.finished' })
  })

  it('410 has all of them wait until a person sends one again; that is one incident and one all-clear', async () => {
    await start()
    receiver.answers((_message, response) => response.writeHead(410).end())
    work()
    const lost = heard((event) => event.kind === 'receiver.lost')
    await world.enqueue(published(1), 'software_publish')
    await lost
    const finished = heard((event) => event.kind === 'copy.finished')
    await world.enqueue(published(2), 'software_publish')
    await finished
    stop.abort('the worker is started again')
    await working
    const before = receiver.received.length
    expect(await world.app.incidents.standing()).toMatchObject([{ cause: 'webhook', code: 'receiver_gone' }])
    stop = new AbortController()
    work()
    await heard((event) => event.kind === 'worker.ready')
    receiver.answers((_message, response) => response.writeHead(200).end())
    const back = delivered('incident.closed')
    const [first] = await stored('waiting')
    expect(receiver.received).toHaveLength(before)
    await world.app.messages.sendAgain({ id: first!.id }, person)
    await back
    expect(await world.app.incidents.standing()).toEqual([])
    await expect.poll(async () => (await stored('waiting')).length, { timeout: 20_000 }).toBe(0)
    const incidents = (await stored('delivered')).filter((message) => message.kind.startsWith('incident.'))
    expect(incidents.map((message) => message.kind)).toEqual(['incident.closed', 'incident.opened'])
  })

  it('a receiver that is away gets all once it is back, and a pause of claiming keeps none of them', async () => {
    await start()
    await receiver.close()
    work()
    const failed = heard((event) => event.kind === 'message.failed')
    const enough = Array.from({ length: 5 }, (_, index) => published(index + 1))
    for (const version of enough) await world.enqueue(version, 'software')
    await failed
    await expect.poll(async () => (await stored('waiting')).length, { timeout: 20_000 }).toBe(enough.length)
    await world.app.desk.setSwitch('pause', person)
    receiver = await createReceiver(Number(new URL(receiver.url).port))
    await receiver.has(enough.length)
    await expect.poll(async () => (await stored('delivered')).length, { timeout: 20_000 }).toBe(enough.length)
    expect(new Set(receiver.received.map(({ data }: Received) => data.dataset.doi)).size).toBe(enough.length)
  })

  it('an incident ends also when its end could not be written at first, and nothing more is to be told', async () => {
    await start()
    const at = '2026-11-24 12:00:00.000'
    await world.sql(
      `INSERT INTO incidents (cause, open_cause, code, message, opened_at) VALUES ('webhook', 'webhook', 'receiver_unavailable', 'away', '${at}')`,
    )
    receiver.answers(({ type }, response) => {
      const first = type === 'copy.finished' ? world.sql('ALTER TABLE incidents RENAME TO incidents_away') : null
      void Promise.resolve(first).then(() => response.writeHead(200).end())
    })
    const trouble = heard((event) => event.kind === 'worker.trouble')
    work()
    await world.enqueue(published(1), 'software')
    await trouble
    const ended = delivered('incident.closed')
    await world.sql('ALTER TABLE incidents_away RENAME TO incidents')
    await ended
    expect(await world.app.incidents.standing()).toEqual([])
  })
})
