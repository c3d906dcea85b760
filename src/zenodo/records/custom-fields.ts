/** Where does InvenioRDM keep what the deposit API says of books, journals, conferences and theses? Custom fields. */
import type { DepositMetadata } from '../../core/metadata/deposit-metadata.ts'

/** Field of the deposit metadata, custom field, and key within it (zenodo-rdm, legacy deserializers). */
const fields = [
  ['imprint_isbn', 'imprint:imprint', 'isbn'],
  ['imprint_place', 'imprint:imprint', 'place'],
  ['partof_title', 'imprint:imprint', 'title'],
  ['partof_pages', 'imprint:imprint', 'pages'],
  ['journal_title', 'journal:journal', 'title'],
  ['journal_volume', 'journal:journal', 'volume'],
  ['journal_issue', 'journal:journal', 'issue'],
  ['journal_pages', 'journal:journal', 'pages'],
  ['conference_title', 'meeting:meeting', 'title'],
  ['conference_acronym', 'meeting:meeting', 'acronym'],
  ['conference_dates', 'meeting:meeting', 'dates'],
  ['conference_place', 'meeting:meeting', 'place'],
  ['conference_url', 'meeting:meeting', 'url'],
  ['conference_session', 'meeting:meeting', 'session'],
  ['conference_session_part', 'meeting:meeting', 'session_part'],
] as const satisfies ReadonlyArray<readonly [keyof DepositMetadata, string, string]>

export function customFieldsOf(metadata: DepositMetadata): Readonly<Record<string, unknown>> {
  const custom: Record<string, unknown> = { ...metadata.custom }
  for (const [name, field, key] of fields) {
    const value = metadata[name]
    if (value !== undefined) custom[field] = { ...(custom[field] as object | undefined), [key]: value }
  }
  if (metadata.thesis_university !== undefined) custom['thesis:university'] = metadata.thesis_university
  return custom
}
