/**
 * What does a leader do beside its copies, as long as it takes? Jobs, a small part at a time, in a loop of their own: a claim never
 * waits for it. None while a person has paused the service, or while Zenodo is out of order.
 */
import { asFailure, type Failure } from '../core/failure.ts'
import type { Left } from '../replication/jobs/job-ports.ts'
import type { Leadership } from '../replication/ports/lease.ts'
import type { Shift } from './shift.ts'
import { sleep } from './timers.ts'

/** Does a small part. @throws Failure when Zenodo is out of order, or the database away; the part is done again then */
export type Background = (
  lead: Leadership,
  signal: AbortSignal,
  isOutage: (failure: Failure) => Promise<boolean>,
) => Promise<Left>

export interface InBackground {
  /** Whether it found nothing to do when it last looked. */
  isIdle(): boolean
  /** Ends it where it stands. With the lease lost nothing it does counts any more, so that is not waited for. */
  end(): Promise<void>
}

/** Goes on until the shift ends. */
export function keepGoing(shift: Shift): InBackground {
  const { ports, run, settings, lead, bell } = shift
  if (ports.background === null || run.only !== null) return { isIdle: () => true, end: async () => undefined }
  const over = new AbortController()
  const ends = AbortSignal.any([shift.ends, over.signal])
  let idle = false
  const loop = async () => {
    while (!ends.aborted) {
      const left = await part(shift, ends)
      if (left === 'nothing' && !idle) bell.ring()
      idle = left === 'nothing'
      if (left !== 'more') await sleep(settings.pollMs, ends).catch(() => undefined)
    }
  }
  const looping = loop()
  return {
    isIdle: () => idle,
    async end() {
      over.abort()
      if (!lead.signal.aborted) await looping
    },
  }
}

/** BE CAREFUL: nothing here may throw. */
async function part({ ports, breaker, lead }: Shift, ends: AbortSignal): Promise<Left> {
  const { background, desk, emit } = ports
  try {
    if (background === null || breaker.open() !== null) return 'later'
    if ((await desk.switches()).some(({ name }) => name === 'pause')) return 'nothing'
    return await background(lead, ends, (failure) => breaker.isOutage(failure, ends))
  } catch (error) {
    if (!ends.aborted) emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return 'later'
  }
}
