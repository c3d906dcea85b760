/** How does a run end? All causes are gone, people requeue what is in error, all work comes to its end, and the workers stop. */
import { setTimeout as delay } from 'node:timers/promises'
import { actOn } from '../property/people.ts'
import type { Chaos } from './chaos.ts'
import { patiently } from './patiently.ts'

export interface Ending {
  /** Copies that people had to requeue or cancel, by the code of their error. */
  readonly errors: ReadonlyMap<string, number>
  /** Drafts of lost answers that the service itself deleted. */
  readonly orphansRemoved: number
  /** What all processes said. */
  readonly said: readonly string[]
  /** What must not have happened. */
  readonly findings: readonly string[]
}

/** What the hint of the error tells to do, where that is not to requeue. */
const cancelled = ['no_files', 'superseded']

/** Longer than the backlog takes. */
const patienceMs = 240_000

export async function endRun(chaos: Chaos): Promise<Ending> {
  const findings: string[] = []
  const errors = await comeToRest(chaos, findings)
  for (const host of chaos.hosts) {
    const end = await host.stop()
    const said = chaos.pasts.findLast((past) => past.host === host.name)?.said.trim() ?? ''
    // one that was just being started has no say in how it ends
    if (end === 0 || (end === 'SIGTERM' && said === '')) continue
    findings.push(`told to stop, the worker on ${host.name} ended with ${end}: ${said.slice(-500)}`)
  }
  const chore = chaos.command(['orphans', '--remove', '--yes', '--json'])
  const code = await chore.ended()
  const { stdout, stderr } = chore.said()
  if (code !== 0) findings.push(`the removal of orphans ended with ${code}: ${stderr}`)
  const said = [...chaos.pasts.map((past) => past.said), stdout, stderr]
  const byWorkers = said.flatMap((text) => text.match(/draft deleted that a lost answer had left/g) ?? [])
  const byHand = (JSON.parse(stdout || '{}') as { readonly removed?: readonly unknown[] }).removed ?? []
  return { errors, orphansRemoved: byWorkers.length + byHand.length, said, findings }
}

/** @param findings gets what no hint explains: a defect of the service. */
async function comeToRest({ app }: Chaos, findings: string[]): Promise<Map<string, number>> {
  const errors = new Map<string, number>()
  for (const end = performance.now() + patienceMs; performance.now() < end; await delay(100)) {
    const open = { states: ['enqueued', 'replicating', 'error'], limit: 1000 } as const
    const { copies } = await patiently(() => app.reading.list(open))
    if (copies.length === 0) break
    for (const { id, state, error } of copies) {
      if (state !== 'error') continue
      const code = error?.code ?? 'none'
      errors.set(code, (errors.get(code) ?? 0) + 1)
      if (code === 'internal_error') findings.push(`copy ${id} is in error: ${error?.message}`)
      await patiently(() => actOn(app, cancelled.includes(code) ? 'cancel' : 'requeue', id))
    }
  }
  return errors
}
