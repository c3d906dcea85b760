/** In what are metrics kept? A registry with the figures of the process, whose names follow Prometheus' rules. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** What every name of ours begins with. */
export const prefix = 'zenodo_replicator_'

/** Of prom-client's own these have names that promise counters; `nodejs_active_*` without `_total` tells the same by kind. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** @param version of this release */
export function createRegistry(version: string): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const labelNames = ['version'] as const
  const about = 'Always 1; the label is the release.'
  const info = new Gauge({ name: `${prefix}build_info`, help: about, labelNames, registers: [registry] })
  info.set({ version }, 1)
  return registry
}
