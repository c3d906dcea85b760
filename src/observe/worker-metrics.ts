/** What does only the process know that does the work? Its events as counters, for the time since it began. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ServiceEvent } from '../replication/events.ts'
import { createRegistry, prefix } from './registry.ts'
import type { Metrics } from './service-metrics.ts'

/** From a call or two to many hours of upload. */
const stepBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 21_600]

export interface WorkerMetrics extends Metrics {
  /** Counts an event of the service. */
  readonly hear: (event: ServiceEvent) => void
}

export function createWorkerMetrics(version: string): WorkerMetrics {
  const registry = createRegistry(version)
  const counts = countersOf(registry)
  const bytes = createByteCount((more) => counts.bytes.inc(more))
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    hear(event) {
      bytes.hear(event)
      count(event, counts)
    },
  }
}

function countersOf(registry: Registry) {
  const registers = [registry]
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: prefix + name, help, labelNames, registers })
  return {
    leads: new Gauge({ name: `${prefix}worker_leads`, help: 'Whether this process holds the lease.', registers }),
    steps: new Histogram({
      name: `${prefix}step_duration_seconds`,
      help: 'How long steps of copies took that came to their end.',
      labelNames: ['step'] as const,
      buckets: stepBuckets,
      registers,
    }),
    runs: counter('runs_total', 'Runs of copies by how they ended: finished, retry, error, released.', 'outcome'),
    bytes: counter('sent_bytes_total', 'Bytes of files that went to Zenodo, those sent again included.'),
    files: counter('sent_files_total', 'Files that arrived at Zenodo.'),
    retries: counter('file_retries_total', 'Tries of files after the first one.'),
    calls: counter('zenodo_calls_total', 'Calls to Zenodo by status; none: without an answer.', 'status'),
    trouble: counter('trouble_total', 'Trouble that the worker went on after, by failure code.', 'code'),
  }
}

type Counters = ReturnType<typeof countersOf>

const outcomes: Readonly<Partial<Record<ServiceEvent['kind'], string>>> = {
  'copy.finished': 'finished',
  'copy.retry': 'retry',
  'copy.error': 'error',
  'copy.released': 'released',
}

type Kind = ServiceEvent['kind']
type Of<K extends Kind> = Extract<ServiceEvent, { kind: K }>

const counted: { readonly [K in Kind]?: (counters: Counters, event: Of<K>) => void } = {
  'lease.acquired': ({ leads }) => leads.set(1),
  'lease.lost': ({ leads }) => leads.set(0),
  'lease.released': ({ leads }) => leads.set(0),
  'step.finished': ({ steps }, { step, durationMs }) => steps.observe({ step }, durationMs / 1000),
  'file.sent': ({ files }) => files.inc(),
  'file.retry': ({ retries }) => retries.inc(),
  'zenodo.call': ({ calls }, { status }) => calls.inc({ status: status === 0 ? 'none' : String(status) }),
  'worker.trouble': ({ trouble }, { failure }) => trouble.inc({ code: failure.code }),
}

function count<K extends Kind>(event: Of<K>, counters: Counters): void {
  const outcome = outcomes[event.kind]
  if (outcome !== undefined) counters.runs.inc({ outcome })
  // the table has an entry for a kind that takes exactly its events
  const add = counted[event.kind as K] as ((counters: Counters, event: Of<K>) => void) | undefined
  add?.(counters, event)
}

/** Progress tells how far a file is; one that is tried again begins anew. */
function createByteCount(add: (bytes: number) => void) {
  const far = new Map<number, Map<string, number>>()
  const hear = (event: ServiceEvent) => {
    if (event.kind === 'file.progress') reach(event.copy.id, event.path, event.bytes)
    if (event.kind === 'file.sent') {
      reach(event.copy.id, event.path, event.size)
      far.get(event.copy.id)?.delete(event.path)
    }
    if (event.kind in outcomes && 'copy' in event) far.delete(event.copy.id)
  }
  const reach = (id: number, path: string, bytes: number) => {
    const files = far.get(id) ?? new Map<string, number>()
    far.set(id, files)
    const before = files.get(path) ?? 0
    add(bytes < before ? bytes : bytes - before)
    files.set(path, bytes)
  }
  return { hear }
}
