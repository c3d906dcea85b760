/** What does the emulated Zenodo hold, and what was asked of it? Read through its control interface, like an outsider. */

import type { DepositionId } from '../../src/core/copy.ts'
import { callsOf, recordsPath } from './zenodo-calls.ts'

interface EmulatedFile {
  readonly filename: string
  readonly filesize: number
  readonly checksum: string
}

interface EmulatedRecord {
  readonly id: DepositionId
  readonly conceptrecid: string
  readonly state: string
  readonly submitted: boolean
  readonly doi: string | null
  readonly metadata: Record<string, unknown>
  readonly files: readonly EmulatedFile[]
}

interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly requestBytes: number
  readonly startedAt: string
  /** Up to now, for requests under way. */
  readonly durationMs: number
  readonly address: string
  readonly headers: Record<string, string>
}

interface Fault {
  readonly match: { readonly method?: string; readonly path?: string }
  readonly times?: number
  readonly skip?: number
  readonly delayMs?: number
  readonly commit?: boolean
  readonly afterBytes?: number
  readonly status?: number
  readonly headers?: Record<string, string>
  /** Text goes out as a page, anything else as JSON. */
  readonly body?: unknown
  readonly drop?: boolean
}

export interface ZenodoView {
  records(): Promise<EmulatedRecord[]>
  record(id: DepositionId | null): Promise<EmulatedRecord>
  requests(): Promise<LoggedRequest[]>
  /** The requests as short words, in order: `create`, `get 12`, `metadata 12`, `put a.csv`, `delete a.csv`, `publish 12` … */
  calls(): Promise<string[]>
  forgetRequests(): Promise<void>
  fault(fault: Fault): Promise<void>
  clearFaults(): Promise<void>
  settings(settings: Record<string, unknown>): Promise<void>
}

interface Answer {
  readonly requests: LoggedRequest[]
  readonly records: EmulatedRecord[]
}

/** @param api in which of the two the service under test speaks: faults are written for the deposit API. */
export function viewZenodo(url: string, api: 'deposit' | 'records' = 'deposit'): ZenodoView {
  const ask = async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(`${url}/_emulator/${path}`, init)
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? null : await response.json()) as Answer
  }
  const requests = async (): Promise<LoggedRequest[]> => (await ask('GET', 'requests')).requests
  const records = async (): Promise<EmulatedRecord[]> => (await ask('GET', 'records')).records
  return {
    requests,
    records,
    async record(id) {
      const all = await records()
      const found = all.filter((one) => one.id === id)
      if (found.length !== 1) throw new Error(`${found.length} entries for ${id} in ${JSON.stringify(all)}`)
      return found[0]!
    },
    calls: async () => callsOf(await requests()),
    forgetRequests: async () => void (await ask('DELETE', 'requests')),
    fault: async (fault) => void (await ask('POST', 'faults', api === 'records' ? inRecords(fault) : fault)),
    clearFaults: async () => void (await ask('DELETE', 'faults')),
    settings: async (settings) => void (await ask('POST', 'settings', settings)),
  }
}

function inRecords(fault: Fault): Fault {
  const { path } = fault.match
  return path === undefined ? fault : { ...fault, match: { ...fault.match, path: recordsPath(path) } }
}
