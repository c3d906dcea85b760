/** What is a DOI, and how is it written? Kept bare and lower-case, shown to people as a link. */

/**
 * A DOI bare, with `doi:` or as a doi.org address; the first group is the bare DOI.
 * Letters of either case are spelt out, because the pattern is also published in the JSON Schema, which has no flags.
 */
export const doiPattern =
  /^(?:[hH][tT][tT][pP][sS]?:\/\/(?:[dD][xX]\.|[wW][wW][wW]\.)?[dD][oO][iI]\.[oO][rR][gG]\/|[dD][oO][iI]: ?)?(10\.\d{4,9}(?:\.\d+)*\/[^\s\p{Cc}]+)$/u

const maxLength = 191

/** The bare, lower-case DOI in a text that holds one in any usual spelling; null when there is none. */
export function normaliseDoi(text: string): string | null {
  const trimmed = text.trim()
  const bare = doiPattern.exec(trimmed)?.[1]
  if (bare === undefined || !bare.isWellFormed()) return null
  const decoded = /^https?:/i.test(trimmed) ? percentDecoded(bare) : bare
  if (decoded.length > maxLength || !doiPattern.test(decoded)) return null
  // DOIs ignore the case of ASCII letters only (DOI Handbook, section 2.4)
  return decoded.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // a lone % is a legal character of a DOI, and then nothing here was encoded
    return text
  }
}

/** The address to show for a bare DOI, safe to follow: `?`, `#` and the like inside the DOI are encoded. */
export function doiUrl(doi: string): string {
  return `https://doi.org/${encodeURI(doi).replace(/[?#]/g, encodeURIComponent)}`
}

/**
 * The DOI under which a dataset's own DOI is deposited. Test DOIs (10.5072) move to 10.55072: Zenodo's sandbox takes
 * that prefix for its own and refuses it from outside (zenodo-rdm, blocked prefixes of external DOIs).
 */
export function externalDoi(datasetDoi: string): string {
  return datasetDoi.replace(/^10\.5072\//, '10.55072/')
}

/** Whether Zenodo made this DOI: 10.5281 in production, 10.5072 on the sandbox. */
export function isZenodoDoi(doi: string): boolean {
  return /^10\.(?:5281|5072)\/zenodo\.\d+$/.test(doi)
}
