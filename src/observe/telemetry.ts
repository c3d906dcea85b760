/**
 * How do runs of copies become traces? From the events of the service, and nowhere else: no other room knows of OpenTelemetry.
 * Its packages are not installed with this one; they are loaded when the variables of OpenTelemetry say that it is wanted.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { Copy, Step } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import type { ServiceEvent } from '../replication/events.ts'

export interface Telemetry {
  /** Follows an event of the service. */
  readonly hear: (event: ServiceEvent) => void
  /** Sends what is left. */
  close(): Promise<void>
}

/** @param env is read by OpenTelemetry itself; metrics and logs have ways of their own here, unless it says otherwise */
export function startTelemetry(env: NodeJS.ProcessEnv): Telemetry {
  env.OTEL_SERVICE_NAME ??= 'zenodo-replicator'
  env.OTEL_METRICS_EXPORTER ??= 'none'
  env.OTEL_LOGS_EXPORTER ??= 'none'
  const sdk = new NodeSDK({ instrumentations: [] })
  sdk.start()
  const spans = createSpans(trace.getTracer('zenodo-replicator'))
  return { hear: spans.hear, close: () => sdk.shutdown() }
}

interface Run {
  readonly span: Span
  readonly inside: Context
  step: Span | null
}

/** A span a run, and in it one a step. */
function createRuns(tracer: Tracer) {
  const runs = new Map<number, Run>()
  // a call does not say for which copy it is; it is made within the step that began last on the same way through the code
  const here = new AsyncLocalStorage<Context>()
  const endStep = (run: Run | undefined, failure?: Failure) => {
    if (!run?.step) return
    if (failure !== undefined) fail(run.step, failure)
    run.step.end()
    run.step = null
  }
  return {
    /** Within what a call is made now. */
    here: () => here.getStore(),
    begin(copy: Copy, term: number) {
      const span = tracer.startSpan('copy', { attributes: { ...about(copy), term, attempt: copy.attempts + 1 } })
      runs.set(copy.id, { span, inside: trace.setSpan(context.active(), span), step: null })
    },
    beginStep(copy: Copy, step: Step) {
      const run = runs.get(copy.id)
      if (run === undefined) return
      endStep(run)
      run.step = tracer.startSpan(`step ${step}`, { attributes: { ...about(copy), step } }, run.inside)
      here.enterWith(trace.setSpan(run.inside, run.step))
    },
    endStep: (copy: Copy) => endStep(runs.get(copy.id)),
    end(copy: Copy, outcome: string, failure?: Failure) {
      const run = runs.get(copy.id)
      if (run === undefined) return
      runs.delete(copy.id)
      endStep(run, failure)
      run.span.setAttributes({ ...about(copy), outcome })
      if (failure !== undefined) fail(run.span, failure)
      run.span.end()
    },
  }
}

/** And in those one a call to Zenodo. */
function createSpans(tracer: Tracer) {
  const runs = createRuns(tracer)
  const called = ({ method, path, status, durationMs }: Extract<ServiceEvent, { kind: 'zenodo.call' }>) => {
    const now = Date.now()
    const attributes = { 'http.request.method': method, 'url.path': path, 'http.response.status_code': status }
    const span = tracer.startSpan(`${method} Zenodo`, { attributes, startTime: now - durationMs }, runs.here())
    if (status === 0 || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(now)
  }
  const hear = (event: ServiceEvent) => {
    switch (event.kind) {
      case 'copy.claimed':
        return runs.begin(event.copy, event.term)
      case 'step.started':
        return runs.beginStep(event.copy, event.step)
      case 'step.finished':
        return runs.endStep(event.copy)
      case 'zenodo.call':
        return called(event)
      case 'copy.finished':
        return runs.end(event.copy, 'finished')
      case 'copy.retry':
        return runs.end(event.copy, 'retry', event.failure)
      case 'copy.error':
        return runs.end(event.copy, 'error', event.failure)
      case 'copy.released':
        return runs.end(event.copy, 'released')
      default:
        return
    }
  }
  return { hear }
}

/** The code, and no sentence: those quote addresses. */
function fail(span: Span, { code }: Failure): void {
  span.setAttribute('failure.code', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
}

function about({ id, dataset, version, type, depositionId }: Copy) {
  return {
    copy_id: id,
    dataset: dataset.doi,
    version: version.number,
    type,
    ...(depositionId === null ? {} : { deposition_id: String(depositionId) }),
  }
}
