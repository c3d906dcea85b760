/** Which links does a deposition carry, and how are file names written in addresses? */
import type { Resolved } from './resolve-deposit.ts'

type Links = Readonly<Record<string, string>>

/** A file name as one path segment. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A file name as Zenodo writes it in links: percent-encoded, slashes kept (zenodo-rdm test_file_link_serialization). */
export function encodeKeyPath(key: string): string {
  return encodeKey(key).replaceAll('%2F', '/')
}

/** What the links depend on beside the deposition itself. */
export interface LinkOptions {
  readonly origin: string
  /** The index does not know buckets, so list answers have no `bucket` link (zenodo/zenodo#2286). */
  readonly withBucket: boolean
  readonly doi: string | undefined
}

/** The links of a deposition by its state (zenodo-rdm legacy services, `links_item`). */
export function depositLinks(resolved: Resolved, { origin, withBucket, doi }: LinkOptions): Links {
  const { entry, edition, family, isDraft } = resolved
  const deposit = `${origin}/api/deposit/depositions/${entry.id}`
  const record = `${origin}/api/records/${entry.id}`
  const badge = (value: string): string => `${origin}/badge/doi/${encodeURIComponent(value)}.svg`
  const concept = isDraft ? null : family.conceptDoi
  return {
    self: isDraft ? deposit : record,
    html: isDraft ? `${origin}/deposit/${entry.id}` : `${origin}/records/${entry.id}`,
    ...(doi === undefined ? {} : { doi: `https://doi.org/${doi}` }),
    ...(concept === null ? {} : { parent_doi: `${origin}/doi/${concept}`, conceptbadge: badge(concept) }),
    badge: badge(doi ?? ''),
    files: isDraft ? `${deposit}/files` : `${record}/files`,
    ...(withBucket ? { bucket: `${origin}/api/files/${edition.bucket.id}` } : {}),
    ...thumbnails(resolved, origin),
    latest_draft: deposit,
    latest_draft_html: `${origin}/deposit/${entry.id}`,
    publish: `${deposit}/actions/publish`,
    edit: `${deposit}/actions/edit`,
    discard: `${deposit}/actions/discard`,
    newversion: `${deposit}/actions/newversion`,
    ...(entry.record ? recordLinks(record, `${origin}/records/${entry.id}`) : {}),
  }
}

function recordLinks(record: string, page: string): Links {
  return { record, record_html: page, latest: `${record}/versions/latest`, latest_html: `${page}/latest` }
}

function thumbnails({ entry, edition }: Resolved, origin: string): Links {
  const image = edition.bucket.files.find((file) => /\.(?:png|jpe?g|gif|tiff?|jp2)$/i.test(file.key))
  if (!image) return {}
  return { thumb250: `${origin}/api/iiif/record:${entry.id}:${encodeKey(image.key)}/full/250,/0/default.jpg` }
}
