/** What does a person do by hand on Zenodo's pages, in the account of the service? */
import type { DepositionId } from '../../src/core/copy.ts'

interface Seen {
  readonly id: DepositionId
  readonly state: string
  readonly links: { readonly bucket: string }
  readonly metadata: Record<string, unknown>
}

export interface PersonAtZenodo {
  create(metadata: Record<string, unknown>): Promise<DepositionId>
  /** @returns the id of the draft. */
  newVersion(id: DepositionId): Promise<DepositionId>
  edit(id: DepositionId): Promise<void>
  publish(id: DepositionId): Promise<void>
  /** Deletes a draft, or drops an edit. */
  discard(id: DepositionId): Promise<void>
  /** Changes some metadata of a draft, leaving the rest. */
  describe(id: DepositionId, changes: Record<string, unknown>): Promise<void>
  upload(id: DepositionId, name: string, content: string): Promise<void>
  removeFile(id: DepositionId, name: string): Promise<void>
}

export function personAtZenodo({ url, token }: { readonly url: string; readonly token: string }): PersonAtZenodo {
  const ask = async (method: string, address: string, body?: string, type = 'application/json') => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) }
    const response = await fetch(address, { method, headers, ...(body === undefined ? {} : { body }) })
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? null : await response.json()) as Seen
  }
  const of = (id: DepositionId) => `${url}/api/deposit/depositions/${id}`
  const file = async (id: DepositionId, name: string) => {
    const { links } = await ask('GET', of(id))
    return `${links.bucket}/${encodeURIComponent(name)}`
  }
  return {
    create: async (metadata) => (await ask('POST', `${url}/api/deposit/depositions`, JSON.stringify({ metadata }))).id,
    newVersion: async (id) => (await ask('POST', `${of(id)}/actions/newversion`)).id,
    edit: async (id) => void (await ask('POST', `${of(id)}/actions/edit`)),
    publish: async (id) => void (await ask('POST', `${of(id)}/actions/publish`)),
    discard: async (id) => void (await ask('POST', `${of(id)}/actions/discard`)),
    async describe(id, changes) {
      const { prereserve_doi: _, ...metadata } = (await ask('GET', of(id))).metadata
      await ask('PUT', of(id), JSON.stringify({ metadata: { ...metadata, ...changes } }))
    },
    upload: async (id, name, content) =>
      void (await ask('PUT', await file(id, name), content, 'application/octet-stream')),
    removeFile: async (id, name) => void (await ask('DELETE', await file(id, name))),
  }
}
