/** Does a message survive the death of the worker that sends it, and is an incident told once whoever leads? With processes that are really killed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createReceiver, type Receiver, secret } from '../support/receiver.ts'
import { type ServiceProcess, startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

const token = 'token-of-the-worker'

describe.each(databases)('workers that are killed, on %s', (kind) => {
  let receiver: Receiver
  let world: World
  beforeEach(async () => {
    receiver = await createReceiver()
    world = await createWorld(kind)
    await world.zenodo.settings({ users: [{ name: 'owner', token }] })
  })
  afterEach(async () => {
    await stopServices()
    await receiver.close()
    await world.close()
  })

  const worker = (host: string): ServiceProcess =>
    startService(['worker'], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: token,
      ZENODO_REPLICATOR_HOSTNAME: host,
      ZENODO_REPLICATOR_WORKER_HOST: 'first,second',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: '1.5',
      ZENODO_REPLICATOR_WORKER_LEASE_QUARANTINE_SECONDS: '0.1',
      ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.1',
      ZENODO_REPLICATOR_BREAKER_FAILURES: '1',
      ZENODO_REPLICATOR_BREAKER_PROBE_SECONDS: '0.2',
      ZENODO_REPLICATOR_WEBHOOK_URL: receiver.url,
      ZENODO_REPLICATOR_WEBHOOK_SECRET: secret,
      ZENODO_REPLICATOR_WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
    })
  const version = { doi: '10.5061/dryad.k1', software: { 'a.R': 'a' } }

  it('what was on its way is sent again by the next, under the same id', async () => {
    // neither yes nor no: nobody can know whether it arrived
    receiver.answers(() => {})
    const first = worker('first')
    await first.says(/worker ready/)
    const second = worker('second')
    await world.enqueue(version, 'software')
    await receiver.has(1)
    expect(await world.app.messages.summary()).toMatchObject({ waiting: 1 })
    receiver.answers((_message, response) => response.writeHead(204).end())
    first.signal('SIGKILL')
    await receiver.has(2)
    await second.says(/message delivered/)
    expect(receiver.received.map(({ type }) => type)).toEqual(['copy.finished', 'copy.finished'])
    expect(new Set(receiver.received.map(({ key }) => key)).size).toBe(1)
    expect(await world.app.messages.list({ state: 'delivered', limit: 10 })).toHaveLength(1)
  })

  it('an outage of Zenodo that outlives them is one incident and one all-clear', async () => {
    await world.zenodo.settings({ users: [] })
    // as a receiver does that drops what comes again: the first was killed right after it had told
    const types = () => [
      ...new Map(
        receiver.received.map(({ key, type, data }) => [key, `${type} ${data.incidentId} ${data.cause}`]),
      ).values(),
    ]
    const first = worker('first')
    await world.enqueue(version, 'software')
    await first.says(/out of order/)
    await receiver.has(1)
    first.signal('SIGKILL')
    await first.ended()
    const second = worker('second')
    await second.says(/out of order/)
    second.signal('SIGTERM')
    await second.ended()
    await world.zenodo.settings({ users: [{ name: 'owner', token }] })
    const third = worker('first')
    await third.says(/copy finished/)
    await expect.poll(async () => (await world.app.messages.summary()).waiting, { timeout: 20_000 }).toBe(0)
    expect(types().filter((what) => what.startsWith('incident'))).toEqual([
      'incident.opened 1 token',
      'incident.closed 1 token',
    ])
    expect(await world.app.incidents.standing()).toEqual([])
  })
})
