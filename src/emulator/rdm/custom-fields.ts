/** Under which names does InvenioRDM keep the fields of journals, conferences, books and theses? */
import { isObject, type JsonObject } from '../metadata/field-reader.ts'

/** Name in the deposit API, custom field, and key within it. */
const FIELDS: readonly (readonly [legacy: string, field: string, key: string])[] = [
  ['imprint_isbn', 'imprint:imprint', 'isbn'],
  ['imprint_place', 'imprint:imprint', 'place'],
  ['partof_title', 'imprint:imprint', 'title'],
  ['partof_pages', 'imprint:imprint', 'pages'],
  ...['title', 'volume', 'issue', 'pages'].map((key) => [`journal_${key}`, 'journal:journal', key] as const),
  ...['title', 'acronym', 'dates', 'place', 'url', 'session', 'session_part'].map(
    (key) => [`conference_${key}`, 'meeting:meeting', key] as const,
  ),
]
const THESIS = 'thesis:university'
const KNOWN = new Set([...FIELDS.map(([, field]) => field), THESIS])

/** Custom fields as they are sent, under the names by which they are kept. */
export function readCustomFields(sent: JsonObject): JsonObject {
  const custom = Object.fromEntries(Object.entries(sent).filter(([field]) => !KNOWN.has(field)))
  return {
    ...Object.fromEntries(
      FIELDS.flatMap(([legacy, field, key]) => {
        const group = sent[field]
        const value = isObject(group) ? group[key] : undefined
        return value === undefined ? [] : [[legacy, value]]
      }),
    ),
    ...(sent[THESIS] === undefined ? {} : { thesis_university: sent[THESIS] }),
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
  }
}

/** Custom fields as they come back. */
export function writeCustomFields(kept: JsonObject): JsonObject {
  const written: Record<string, unknown> = isObject(kept.custom) ? { ...kept.custom } : {}
  for (const [legacy, field, key] of FIELDS) {
    if (kept[legacy] !== undefined) written[field] = { ...(written[field] as JsonObject), [key]: kept[legacy] }
  }
  if (kept.thesis_university !== undefined) written[THESIS] = kept.thesis_university
  return written
}
