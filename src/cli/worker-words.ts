/** What does the worker tell of itself, in words? */
import prettyMs from 'pretty-ms'
import type { RateLimit } from '../replication/ports/depositions.ts'
import type { WorkerView } from '../replication/ports/worker-status.ts'

export function workerInWords(worker: WorkerView): string {
  const { host, pid, version, slots, copies, breaker, ageMs, stale } = worker
  const large = slots.busyLarge === 0 ? '' : `, ${slots.busyLarge} of them with large copies`
  const running = copies.length === 0 ? '' : ` (copies ${copies.join(', ')})`
  return [
    `The worker on ${host} (process ${pid}, release ${version}) is ${worker.draining ? 'draining' : worker.state}: ${slots.busy} of ${slots.total} slots busy${large}${running}.`,
    zenodoInWords(worker),
    ...(breaker.open ? [`It claims nothing, as Zenodo is out of order: ${breaker.message ?? breaker.code}`] : []),
    `It said so ${prettyMs(ageMs, { compact: true })} ago${stale ? ', and may be otherwise by now' : ''}.`,
  ].join('\n')
}

function zenodoInWords({ zenodo }: WorkerView): string {
  const { recent, rateLimit } = zenodo
  const trouble = `${recent.rateLimited} of them answered 429, ${recent.serverErrors} 5xx and ${recent.unanswered} not at all`
  const limits = `${leftOf(rateLimit.minute)} this minute, ${leftOf(rateLimit.hour)} this hour`
  return `Calls to Zenodo in the last ${recent.minutes} minutes: ${recent.calls}, ${trouble}. Left: ${limits}.`
}

function leftOf({ limit, remaining, sent }: RateLimit): string {
  return `${remaining ?? Math.max(0, limit - sent)} of ${limit}`
}
