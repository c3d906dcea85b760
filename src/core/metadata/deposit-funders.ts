/** Who paid? Funders go into the notes as paragraphs: Zenodo's `grants` takes only awards that it already knows. */

import type { MetadataEntry } from '../manifest/manifest-metadata.ts'
import { escapeHtml, filled } from './deposit-text.ts'

type Funder = MetadataEntry<'fundingReferences'>

/** One HTML paragraph per funder; funders without a name, or named "N/A", are left out. */
export function funderParagraphs(funders: readonly Funder[]): readonly string[] {
  return funders.flatMap((funder) => {
    const name = told(funder.funderName)
    if (name === undefined) return []
    const id = told(funder.funderIdentifier)
    const award = told(funder.awardNumber)
    const lines = [
      `Funding provided by: ${escapeHtml(name)}`,
      ...(id === undefined ? [] : [`${idLabel(funder.funderIdentifierType, id)}: ${escapeHtml(id)}`]),
      ...(award === undefined ? [] : [`Award Number: ${escapeHtml(award)}`]),
    ]
    return [`<p>${lines.join('<br>')}</p>`]
  })
}

/** Forms want something in every field, and people type "N/A". */
function told(text: string | number | null | undefined): string | undefined {
  const value = filled(text)
  return value === undefined || /^n\s*[/.]\s*a\.?$/i.test(value) ? undefined : value
}

function idLabel(type: string | null | undefined, id: string): string {
  const known = filled(type) ?? guessedType(id)
  if (known === undefined) return 'Funder ID'
  if (/^crossref[ _]?funder/i.test(known)) return 'Crossref Funder Registry ID'
  return `${escapeHtml(known.toUpperCase().replaceAll('_', ' '))} ID`
}

function guessedType(id: string): string | undefined {
  if (/\b10\.13039\//.test(id)) return 'Crossref Funder ID'
  return /\bror\.org\//i.test(id) ? 'ROR' : undefined
}
