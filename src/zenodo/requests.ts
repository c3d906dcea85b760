/** How is each verb said to Zenodo? Pure builders: verb → method, path and body. */
import type { Deposition, DepositionId, RemoteFile } from '../core/copy.ts'
import type { DepositMetadata } from '../core/metadata/deposit-metadata.ts'
import { fileUrl } from './addresses.ts'

export type Verb =
  | 'probe'
  | 'get'
  | 'list'
  | 'create'
  | 'put_metadata'
  | 'new_version'
  | 'reopen'
  | 'publish'
  | 'discard'
  | 'remove_file'
  | 'upload'
  | 'join_communities'

export interface ZenodoRequest {
  readonly verb: Verb
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  /** JSON text, or null for none. */
  readonly body: string | null
  /** May be sent again after an answer that leaves its outcome open. */
  readonly repeatable: boolean
  /** What it is about, for messages and details. */
  readonly about: About
}

export interface About {
  readonly deposition?: DepositionId
  readonly file?: string
  /** State of the deposition when it was last read, where the meaning of a refusal depends on it. */
  readonly state?: Deposition['state']
}

const depositions = '/deposit/depositions'
/** The most a page holds (zenodo-rdm invenio.cfg). */
export const pageSize = 100

/** @param api root of the API, without a slash at the end: Zenodo answers 404 to paths that end in one. */
export function requestsFor(api: string) {
  const of = (id: DepositionId) => `${api}${depositions}/${encodeURIComponent(id)}`
  const list = (query: Readonly<Record<string, string>>) => `${api}${depositions}?${new URLSearchParams(query)}`
  return {
    probe: (): ZenodoRequest => read('probe', list({ size: '1' })),
    get: (id: DepositionId): ZenodoRequest => read('get', of(id), { deposition: id }),
    /** Without `q`, the list depends least on how the index analyses words. */
    newest: (page: number): ZenodoRequest =>
      read('list', list({ sort: 'newest', size: String(pageSize), page: String(page) })),
    ofConcept: (conceptRecid: string): ZenodoRequest =>
      read('list', list({ q: `conceptrecid:${conceptRecid}`, sort: 'newest', size: '100' })),
    versionsOf: (conceptRecid: string): ZenodoRequest =>
      read('list', list({ q: `conceptrecid:${conceptRecid}`, all_versions: 'true', sort: 'newest', size: '100' })),
    ofDoi: (doi: string): ZenodoRequest =>
      read('list', list({ q: `doi:"${doi.replace(/["\\]/g, '\\$&')}"`, size: '100' })),
    create: (metadata: DepositMetadata): ZenodoRequest => ({
      ...once('create', `${api}${depositions}`, {}),
      body: JSON.stringify({ metadata }),
    }),
    /** Nothing but `metadata`: other top-level keys are refused, and without it all metadata would be wiped. */
    putMetadata: (id: DepositionId, metadata: DepositMetadata): ZenodoRequest => ({
      ...again('put_metadata', 'PUT', of(id), { deposition: id }),
      body: JSON.stringify({ metadata }),
    }),
    newVersion: (id: DepositionId): ZenodoRequest =>
      once('new_version', `${of(id)}/actions/newversion`, { deposition: id }),
    /** Answers the open draft when there is one already (invenio-drafts-resources, service `edit`). */
    reopen: (id: DepositionId): ZenodoRequest => again('reopen', 'POST', `${of(id)}/actions/edit`, { deposition: id }),
    publish: (id: DepositionId): ZenodoRequest => once('publish', `${of(id)}/actions/publish`, { deposition: id }),
    /** The same for a draft and for an open edit; a repeated one answers 404. */
    discard: (id: DepositionId): ZenodoRequest => again('discard', 'DELETE', of(id), { deposition: id }),
    removeFile: (deposition: Deposition, bucketUrl: string, file: RemoteFile): ZenodoRequest =>
      again('remove_file', 'DELETE', fileUrl(bucketUrl, file.name), aboutFile(deposition, file.name)),
    /** Only described here: the transfer makes it. A repeated upload replaces. */
    upload: (deposition: Deposition, bucketUrl: string, name: string): ZenodoRequest =>
      again('upload', 'PUT', fileUrl(bucketUrl, name), aboutFile(deposition, name)),
  }
}

/** Whether it can have changed anything at Zenodo. */
export function changes(request: ZenodoRequest): boolean {
  return request.method !== 'GET'
}

/** A read. */
export function read(verb: Verb, url: string, about: About = {}): ZenodoRequest {
  return again(verb, 'GET', url, about)
}

/** A call that may be sent again. */
export function again(verb: Verb, method: ZenodoRequest['method'], url: string, about: About): ZenodoRequest {
  return { verb, method, url, body: null, repeatable: verb !== 'probe', about }
}

/** A call that is sent once. */
export function once(verb: Verb, url: string, about: About): ZenodoRequest {
  return { verb, method: 'POST', url, body: null, repeatable: false, about }
}

export function aboutFile(deposition: Deposition, file: string): About {
  return { deposition: deposition.id, file, state: deposition.state }
}
