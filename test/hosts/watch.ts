/** What does a test of several hosts look at, from the desk: who leads, who sends, and whether all is well in the end? */
import { expect, vi } from 'vitest'
import type { ServiceProcess } from '../support/service-process.ts'
import { type HostsWorld, ttlSeconds, type Wanted } from './hosts-world.ts'

/** What docs/operating.md promises: from the last renewal of a leader to the next leader, one and a half times the TTL. */
export const takeoverBoundMs = 1.5 * ttlSeconds * 1000

export const until = (condition: () => Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 50_000, interval: 50 })

export const timeOf = (at: string | null) => Date.parse(at ?? '')

export const lease = ({ app }: HostsWorld) => app.leases.look('zenodo')

export async function requestsFrom({ zenodo, network }: HostsWorld, host: string) {
  const { address } = network.host(host)
  return (await zenodo.requests()).filter((request) => request.address === address)
}

/** `a` leads; the others stand by. */
export async function startWorkers(world: HostsWorld): Promise<Record<'a' | 'b' | 'c', ServiceProcess>> {
  const a = world.worker('a')
  await a.says(/ready/i)
  const [b, c] = [world.worker('b'), world.worker('c')]
  await Promise.all([b.says(/waiting/i), c.says(/waiting/i)])
  return { a, b, c }
}

/** Copies, one of them in the middle of an upload of 5 MB from `a`. */
export async function startUploads(world: HostsWorld, bytesPerSecond: number): Promise<Wanted[]> {
  await world.network.narrow('zenodo', bytesPerSecond)
  const wanted: Wanted[] = []
  for (const sizes of [
    [300, 5_000_000],
    [200, 400],
    [100, 500],
  ])
    wanted.push(await world.enqueue(sizes))
  await until(async () =>
    (await requestsFrom(world, 'a')).some((one) => one.status === null && one.requestBytes > 100_000),
  )
  return wanted
}

/** Waits for a later term. */
export async function successor(world: HostsWorld, { term }: { readonly term: number }) {
  await until(async () => {
    const row = await lease(world)
    return row.term > term && row.holder !== null
  })
  return await lease(world)
}

/** Each in a deposition of its own that holds its files; told once. */
export async function expectFinishedOnce(world: HostsWorld, wanted: readonly Wanted[]): Promise<void> {
  const { reading } = world.app
  await until(async () => (await Promise.all(wanted.map(({ id }) => reading.get(id)))).every(isFinished))
  const records = await world.zenodo.records()
  for (const { id, title, files } of wanted) {
    const copy = await reading.get(id)
    const found = records.filter(({ metadata }) => metadata.title === title || String(metadata.title).endsWith(title))
    expect(found.map((record) => record.id)).toEqual([copy?.depositionId])
    expect(Object.fromEntries(found[0]?.files.map((file) => [file.filename, file.checksum]) ?? [])).toEqual(files)
    const finished = (await reading.events(id)).filter(({ kind }) => kind === 'finished')
    expect(finished).toHaveLength(1)
  }
}

function isFinished(copy: { readonly state: string } | null): boolean {
  return copy?.state === 'finished'
}
