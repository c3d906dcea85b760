/** How is each verb said in the records API of InvenioRDM? Pure builders, as those of the deposit API. */
import type { Deposition, DepositionId } from '../../core/copy.ts'
import { fileUrl } from '../addresses.ts'
import { aboutFile, again, once, pageSize, read, type ZenodoRequest } from '../requests.ts'

/** @param api root of the API, without a slash at the end. */
export function recordRequests(api: string) {
  const record = (id: DepositionId) => `${api}/records/${encodeURIComponent(id)}`
  const draft = (id: DepositionId) => `${record(id)}/draft`
  const own = (query: Readonly<Record<string, string>>) =>
    `${api}/user/records?${new URLSearchParams({ sort: 'newest', size: String(pageSize), ...query })}`
  return {
    probe: (): ZenodoRequest => read('probe', own({ size: '1' })),
    getDraft: (id: DepositionId): ZenodoRequest => read('get', draft(id), { deposition: id }),
    getRecord: (id: DepositionId): ZenodoRequest => read('get', record(id), { deposition: id }),
    draftFiles: (id: DepositionId): ZenodoRequest => read('get', `${draft(id)}/files`, { deposition: id }),
    recordFiles: (id: DepositionId): ZenodoRequest => read('get', `${record(id)}/files`, { deposition: id }),
    newest: (page: number): ZenodoRequest => read('list', own({ page: String(page), allversions: 'true' })),
    ofConcept: (conceptRecid: string): ZenodoRequest =>
      read('list', own({ q: `parent.id:"${conceptRecid}"`, allversions: 'true' })),
    ofDoi: (doi: string): ZenodoRequest =>
      read('list', own({ q: `pids.doi.identifier:"${doi.replace(/["\\]/g, '\\$&')}"`, allversions: 'true' })),
    create: (body: unknown): ZenodoRequest => ({
      ...once('create', `${api}/records`, {}),
      body: JSON.stringify(body),
    }),
    update: (id: DepositionId, body: unknown): ZenodoRequest => ({
      ...again('put_metadata', 'PUT', draft(id), { deposition: id }),
      body: JSON.stringify(body),
    }),
    /** A second one is refused, which tells that the DOI is there. */
    reserveDoi: (id: DepositionId): ZenodoRequest =>
      again('put_metadata', 'POST', `${draft(id)}/pids/doi`, { deposition: id }),
    /** Answers the open next draft when there is one (invenio-drafts-resources, service `new_version`). */
    newVersion: (id: DepositionId): ZenodoRequest =>
      again('new_version', 'POST', `${record(id)}/versions`, { deposition: id }),
    importFiles: (id: DepositionId): ZenodoRequest =>
      again('new_version', 'POST', `${draft(id)}/actions/files-import`, { deposition: id }),
    /** Answers the open edit when there is one. */
    reopen: (id: DepositionId): ZenodoRequest => again('reopen', 'POST', draft(id), { deposition: id }),
    publish: (id: DepositionId): ZenodoRequest => once('publish', `${draft(id)}/actions/publish`, { deposition: id }),
    joinCommunities: (id: DepositionId, slugs: readonly string[]): ZenodoRequest => ({
      ...again('join_communities', 'POST', `${record(id)}/communities`, { deposition: id }),
      body: JSON.stringify({ communities: slugs.map((slug) => ({ id: slug })) }),
    }),
    discard: (id: DepositionId): ZenodoRequest => again('discard', 'DELETE', draft(id), { deposition: id }),
    ...fileRequests(record),
  }
}

export type RecordRequests = ReturnType<typeof recordRequests>

function fileRequests(record: (id: DepositionId) => string) {
  const draft = (id: DepositionId) => `${record(id)}/draft`
  const file = (deposition: Deposition, name: string) => fileUrl(`${draft(deposition.id)}/files`, name)
  return {
    removeFile: (deposition: Deposition, name: string): ZenodoRequest =>
      again('remove_file', 'DELETE', file(deposition, name), aboutFile(deposition, name)),
    /** The first of three steps. Refused when the name is taken, also by an upload that was never finished. */
    announce: (deposition: Deposition, name: string): ZenodoRequest => ({
      ...again('upload', 'POST', `${draft(deposition.id)}/files`, aboutFile(deposition, name)),
      body: JSON.stringify([{ key: name }]),
    }),
    /** The second: only described here, the transfer makes it. */
    upload: (deposition: Deposition, name: string): ZenodoRequest =>
      again('upload', 'PUT', `${file(deposition, name)}/content`, aboutFile(deposition, name)),
    /** The third. */
    commit: (deposition: Deposition, name: string): ZenodoRequest =>
      again('upload', 'POST', `${file(deposition, name)}/commit`, aboutFile(deposition, name)),
    fileOf: (deposition: Deposition, name: string): ZenodoRequest =>
      read('get', file(deposition, name), aboutFile(deposition, name)),
    /** Where the bytes of a file are read. */
    contentUrl: ({ id, state }: Deposition, name: string): string =>
      `${fileUrl(`${state === 'done' ? record(id) : draft(id)}/files`, name)}/content`,
  }
}
