/** With which settings do the workers run? Short times, so that much happens in a minute. */
import type { HistorySettings } from '../property/history.ts'
import { quickSettings } from '../support/quick-settings.ts'

export const ttlMs = 2000
export const renewMs = Math.round(ttlMs / 3)
/** Longer than any request is under way after its worker died. */
export const quarantineMs = 500
export const stallMs = 2000

export const hosts = ['first', 'second', 'third'] as const

export type LoadSettings = Pick<
  HistorySettings,
  'api' | 'dataDoi' | 'checksums' | 'slots' | 'filesInFlight' | 'filesPerRecord' | 'lagMs'
>

/** By their names in the configuration. @param folder below which `file:` sources lie */
export function settingsOf(load: LoadSettings, folder: string): Record<string, unknown> {
  return {
    ...quickSettings,
    'zenodo.api': load.api,
    'data.doi': load.dataDoi,
    'limits.filesPerRecord': load.filesPerRecord,
    'sources.fileRoots': [folder],
    'transfer.stallSeconds': stallMs / 1000,
    'worker.host': hosts,
    'worker.slots': load.slots,
    'worker.filesInFlight': load.filesInFlight,
    'worker.orphansEverySeconds': 3,
    'worker.lease.ttlSeconds': ttlMs / 1000,
    'worker.lease.quarantineSeconds': quarantineMs / 1000,
  }
}

/** The same in the environment: `worker.lease.ttlSeconds` is ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS. */
export function environmentOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `ZENODO_REPLICATOR_${name.replace(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase()}`,
      Array.isArray(value) ? value.join(',') : String(value),
    ]),
  )
}
