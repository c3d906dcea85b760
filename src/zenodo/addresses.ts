/** Where are things at Zenodo? Addresses and identifiers that follow from the base URL and an id; pure. */
import type { DepositionId } from '../core/copy.ts'
import { Failure } from '../core/failure.ts'
import { whyNotAName } from '../core/limits.ts'

/** Root of the API, without a slash at the end. @param baseUrl the origin, with or without a trailing slash or `/api`. */
export function apiRoot(baseUrl: string): string {
  return `${siteRoot(baseUrl)}/api`
}

/** The page that people see of a published record. */
export function recordUrl(baseUrl: string, id: DepositionId): string {
  return `${siteRoot(baseUrl)}/records/${id}`
}

/** The page on which the owner sees a draft. */
export function draftUrl(baseUrl: string, id: DepositionId): string {
  return `${siteRoot(baseUrl)}/deposit/${id}`
}

/**
 * The DOI that a deposition without a DOI of its own gets when it is published. It is a function of the id: production
 * registers under 10.5281, the sandbox under 10.5072.
 */
export function reservedDoi(baseUrl: string, id: DepositionId): string {
  return `${isSandbox(baseUrl) ? '10.5072' : '10.5281'}/zenodo.${id}`
}

/**
 * Whether the reserved DOI may be sent back in metadata. Not on the sandbox: it announces the production prefix there
 * and refuses it at publish (zenodo-rdm legacy serializer; ropenscilabs/deposits#103).
 */
export function mayEchoReservedDoi(baseUrl: string): boolean {
  return !isSandbox(baseUrl)
}

/**
 * The address of a file in a bucket: the name percent-encoded once, as a single path segment (zenodo/zenodo-rdm#981).
 * @throws Failure `name_not_accepted` for names that cannot be such a segment.
 */
export function fileUrl(bucketUrl: string, name: string): string {
  return `${bucketUrl}/${encodeURIComponent(requireName(name))}`
}

/**
 * The address of a bucket below our own API root: the token never goes to an address that an answer made up.
 * @param link `links.bucket` of a deposition, whose last segment is the bucket's id.
 */
export function bucketUrlOf(api: string, link: string): string | null {
  const id = link.split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1)
  return id === undefined ? null : `${api}/files/${id}`
}

function siteRoot(baseUrl: string): string {
  const url = new URL(baseUrl)
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`
}

function isSandbox(baseUrl: string): boolean {
  return new URL(baseUrl).hostname.startsWith('sandbox.')
}

function requireName(name: string): string {
  const reason = whyNotAName(name)
  if (reason === null) return name
  const shown = `${name.slice(0, 60)}${name.length > 60 ? '…' : ''}`
  throw new Failure('name_not_accepted', `Zenodo cannot hold a file named "${shown}": ${reason}.`, {
    details: { path: name },
  })
}
