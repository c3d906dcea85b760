/** What can befall the database? It is ended, its sessions are, it takes no writes, its disk is full, its clock is set. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Chaos } from './chaos.ts'
import { type Injected, running } from './injected.ts'
import type { Fault } from './plan.ts'

type DatabaseFault = Extract<
  Fault,
  {
    kind: 'sessions killed' | 'database ended' | 'database read-only' | 'database full' | 'clock stepped' | 'node split'
  }
>

export async function inject(fault: DatabaseFault, chaos: Chaos): Promise<Injected | null> {
  const affected = await running(chaos)
  if (!(await bringAbout(fault, chaos))) return null
  return { affected, since: performance.now() }
}

/** @returns false when it cannot be done here. */
async function bringAbout(fault: DatabaseFault, chaos: Chaos): Promise<boolean> {
  const { server, administer, database } = chaos.database
  switch (fault.kind) {
    case 'sessions killed':
      await administer(`KILL USER ${new URL(database.url).username}`)
      return true
    case 'database ended':
      await server.stop(fault.signal)
      await delay(fault.awayMs)
      await server.start()
      return true
    case 'database read-only':
      await administer('SET GLOBAL read_only = 1')
      await delay(fault.ms)
      await administer('SET GLOBAL read_only = 0')
      return true
    case 'database full':
      return await fillDisk(fault.ms, chaos)
    case 'node split':
      return await splitNode(fault.ms, chaos)
    case 'clock stepped':
      return await stepClock(fault.hours, chaos)
    default:
      return fault satisfies never
  }
}

async function fillDisk(ms: number, { database: { disk, server } }: Chaos): Promise<boolean> {
  if (disk === null) return false
  await disk.fill()
  await delay(ms)
  await disk.free()
  // a server may end over it; whoever runs one starts it again
  await server.start()
  return true
}

async function splitNode(ms: number, { database: { split } }: Chaos): Promise<boolean> {
  if (split === null) return false
  await split.cut()
  await delay(ms)
  await split.heal()
  return true
}

async function stepClock(hours: 1 | -1, chaos: Chaos): Promise<boolean> {
  const { setClock } = chaos.database
  if (setClock === null) return false
  await setClock(hours * 3600)
  await delay(clockMs)
  // after a step back, what is enqueued from now on is due before what was there
  for (let version = 0; version < 5; version += 1) await chaos.load.next()
  await delay(clockMs)
  await setClock(0)
  await delay(clockMs)
  await hurry(chaos)
  return true
}

/** Longer than the server keeps the time that it has read. */
const clockMs = 2500

/** An operator does not wait for copies that became due by a clock that was wrong. */
async function hurry({ app, database }: Chaos): Promise<void> {
  const late: number[] = await database.database.owner.db
    .knex('zenodo_copies')
    .where('state', 'enqueued')
    .whereRaw('run_after > UTC_TIMESTAMP(3) + INTERVAL 10 MINUTE')
    .pluck('id')
  if (late.length === 0) return
  await app.act('requeue', { filter: { ids: late }, actor: { name: 'operator', reason: 'the clock was wrong' } })
}
