/** What is searchable about a deposit or record, and does a query find it? Names as in zenodo-rdm's queryparser. */
import type { JsonObject } from '../metadata/field-reader.ts'
import { depositMetadata, splitResourceType } from '../metadata/output.ts'
import { wordOf } from '../rdm/record-ids.ts'
import type { Resolved } from '../resolve-deposit.ts'
import type { Query } from './query.ts'

/** Searchable values by field name. */
type SearchDocument = ReadonlyMap<string, readonly string[]>

/** Fields compared as wholes; in all others the words count. */
const EXACT = new Set(
  `recid id conceptrecid parent.id doi pids.doi.identifier conceptdoi version publication_date publicationdate created
  embargodate access_right communities resource_type.type resource_type.subtype type subtype language license.identifier
  owners user filetype filecount filesize size _files.checksum is_published versions.is_latest creators.orcid creators.gnd
  related.identifier related.relation related.scheme alternate.identifier grants.code`.split(/\s+/),
)

/** The searchable values of a row. */
export function searchDocument(resolved: Resolved, isLatest: boolean): SearchDocument {
  const { entry, family, edition, isDraft } = resolved
  const { communities } = family
  const metadata = depositMetadata(edition.content, { id: entry.id, isRecord: !isDraft, communities })
  const { files } = edition.bucket
  const { resourceType } = edition.content.metadata
  const type = resourceType === undefined ? undefined : splitResourceType(resourceType)
  const fields: readonly (readonly [names: string, values: readonly unknown[]])[] = [
    ['recid id', [entry.id, wordOf(entry.id)]],
    ['conceptrecid parent.id', [family.conceptId, wordOf(family.conceptId)]],
    ['doi pids.doi.identifier', [metadata.doi]],
    ['conceptdoi', [family.conceptDoi ?? undefined]],
    ['title', [metadata.title]],
    ['description', [metadata.description]],
    ['notes', [metadata.notes]],
    ['keywords', asList(metadata.keywords)],
    ['version', [entry.index]],
    ['metadata.version', [metadata.version]],
    ['publication_date publicationdate', [metadata.publication_date]],
    ['created', [edition.created.slice(0, 10), edition.created]],
    ['embargodate', [metadata.embargo_date]],
    ['access_right', [metadata.access_right]],
    ['communities', pick(metadata.communities, 'identifier')],
    ...(['name', 'affiliation', 'orcid', 'gnd'] as const).flatMap((key) => [
      [`creators.${key}`, pick(metadata.creators, key)] as const,
      [`contributors.${key}`, pick(metadata.contributors, key)] as const,
    ]),
    ['related.identifier', pick(metadata.related_identifiers, 'identifier')],
    ['related.relation', pick(metadata.related_identifiers, 'relation')],
    ['related.scheme', pick(metadata.related_identifiers, 'scheme')],
    ['grants.code', (edition.content.metadata.funding ?? []).map((grant) => grant.number)],
    ['resource_type.type type', [type?.type]],
    ['resource_type.subtype subtype', [type?.subtype]],
    ['language', [metadata.language]],
    ['license.identifier', [metadata.license]],
    ['owners user', [family.ownerId]],
    ['filename', files.map((file) => file.key)],
    ['filetype', files.map((file) => file.key.split('.').at(-1))],
    ['filecount', [files.length]],
    ['filesize size', files.map((file) => file.sizeBytes)],
    ['_files.checksum', files.flatMap((file) => [file.md5, `md5:${file.md5}`])],
    ['journal.title', [metadata.journal_title]],
    ['is_published', [entry.record !== null]],
    ['versions.is_latest', [isLatest]],
  ]
  return new Map(fields.flatMap(([names, values]) => names.split(' ').map((name) => [name, texts(values)])))
}

/** Whether a query finds a document. */
export function matches(query: Query, document: SearchDocument): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
      return query.parts.every((part) => matches(part, document))
    case 'or':
      return query.parts.some((part) => matches(part, document))
    case 'not':
      return !matches(query.part, document)
    case 'term':
      return query.field === undefined
        ? wordsIn([...document.values()].flat(), query.text)
        : fieldMatches(document, query.field, query.text)
  }
}

function fieldMatches(document: SearchDocument, field: string, text: string): boolean {
  const name = document.has(field) ? field : field.replace(/^metadata\./, '')
  const values = document.get(name) ?? []
  if (text === '*') return values.length > 0
  if (!EXACT.has(name)) return wordsIn(values, text)
  const pattern = wildcard(text)
  return values.some((value) => pattern.test(value.toLowerCase()))
}

/** Whether the words of `text` follow each other in one of the values; `*` and `?` are wildcards within a word. */
function wordsIn(values: readonly string[], text: string): boolean {
  const wanted = splitWords(text, /[^\p{L}\p{N}*?]+/u).map(wildcard)
  if (wanted.length === 0) return false
  return values.some((value) => {
    const words = splitWords(value, /[^\p{L}\p{N}]+/u)
    return words.some((_, at) => wanted.every((pattern, offset) => pattern.test(words[at + offset] ?? '')))
  })
}

function splitWords(text: string, separator: RegExp): readonly string[] {
  return text.toLowerCase().split(separator).filter(Boolean)
}

function wildcard(text: string): RegExp {
  const escaped = text.toLowerCase().replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => value !== undefined && value !== null && value !== '').map(String)
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function pick(value: unknown, key: string): readonly unknown[] {
  return asList(value).map((element) => (element as JsonObject)[key])
}
