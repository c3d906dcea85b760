/** What the tests of jobs have in common: start one, let the worker do it, read its report. */
import type { JobKind } from '../../src/core/jobs.ts'
import type { Job, JobItem, JobParameters } from '../../src/replication/ports/jobs.ts'
import type { World } from '../support/world.ts'

export const curator = { name: 'curator', reason: 'asked for' }

export interface Ended {
  readonly job: Job
  readonly items: readonly JobItem[]
}

export async function start(world: World, kind: JobKind, parameters: JobParameters = {}): Promise<Job> {
  const { job } = await world.app.jobs.start({ kind, parameters, actor: curator, confirmed: true, dryRun: false })
  return job!
}

/** Starts one with a document a line, and runs the worker until nothing is left to do. */
export async function finishWith(
  world: World,
  kind: 'backfill' | 'refresh_metadata',
  documents: readonly unknown[],
): Promise<Ended> {
  const { id } = await world.app.jobs.startWithLines(kind, linesOf(documents), curator)
  await world.work()
  return await report(world, id)
}

async function* linesOf(documents: readonly unknown[]) {
  yield Buffer.from(documents.map((one) => `${JSON.stringify(one)}\n`).join(''))
}

/** Its report as it stands. */
export async function report(world: World, id: number): Promise<Ended> {
  const job = await world.app.jobs.get(id)
  return { job: job!, items: await world.app.jobs.items(id, { limit: 1000 }) }
}

/** Starts a job, and runs the worker until nothing is left to do. */
export async function finish(world: World, kind: JobKind, parameters: JobParameters = {}): Promise<Ended> {
  const { id } = await start(world, kind, parameters)
  await world.work()
  return await report(world, id)
}

/** By the API with which repositories, and people, change what is at Zenodo. */
export async function byHand(world: World, method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${world.emulator.token}`, 'content-type': 'application/json' }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${world.emulator.url}/api/deposit/depositions${path}`, { method, headers, ...content })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.status === 204 ? null : await response.json()
}
