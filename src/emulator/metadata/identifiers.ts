/** Of which scheme is an identifier, and how does Zenodo write it? */

const DOI_PREFIXES = /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/\S+$/i

/** In the order in which they are tried. */
const SCHEMES: readonly (readonly [scheme: string, pattern: RegExp])[] = [
  ['ark', /^(?:https?:\/\/[^/]+\/)?ark:\/?\d{5,}\/\S+$/i],
  ['purl', /^https?:\/\/purl\.(?:org|oclc\.org|net|com)\/\S+$/i],
  ['w3id', /^https?:\/\/w3id\.org\/\S+$/i],
  ['arxiv', /^(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?$/i],
  ['handle', /^(?:hdl:\s*|https?:\/\/hdl\.handle\.net\/)\S+\/\S+$/i],
  ['url', /^(?:https?|ftp):\/\/\S+$/i],
  ['ads', /^(?:ads:)?\d{4}[A-Za-z]\S{13}[A-Za-z.:]$/],
  ['lsid', /^urn:lsid:\S+$/i],
  ['urn', /^urn:[a-z0-9][a-z0-9-]+:\S+$/i],
  ['rrid', /^RRID:\s*\S+$/i],
  ['isni', /^(?:isni:)?\d{4} ?\d{4} ?\d{4} ?\d{3}[\dX]$/i],
  ['isbn', /^(?:isbn:?\s*)?(?:97[89][- ]?)?(?:\d[- ]?){9}[\dX]$/i],
  ['issn', /^(?:issn:?\s*)?\d{4}-\d{3}[\dX]$/i],
  ['pmid', /^(?:pmid:\s*)?\d{1,8}$/i],
  ['wikidata', /^(?:wikidata:)?Q\d+$/],
  ['igsn', /^igsn:\s*\S+$/i],
  ['cstr', /^cstr:\s*\S+$/i],
]

/** Writes a DOI bare: without the resolver's address and without `doi:`. */
export function normaliseDoi(value: string): string {
  return value.trim().replace(DOI_PREFIXES, '')
}

/** Whether a bare DOI has the form of one. */
export function isDoi(value: string): boolean {
  return DOI.test(value)
}

/** The scheme and the normalised form of an identifier; undefined when no scheme fits. */
export function detectIdentifier(value: string): { readonly scheme: string; readonly identifier: string } | undefined {
  const bare = normaliseDoi(value)
  if (isDoi(bare)) return { scheme: 'doi', identifier: bare }
  const text = value.trim()
  const scheme = SCHEMES.find(([, pattern]) => pattern.test(text))?.[0]
  return scheme === undefined ? undefined : { scheme, identifier: text }
}

/** Whether an ORCID has the right form and check digit (ISO 7064 11,2). */
export function isOrcid(value: string): boolean {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(value)) return false
  const digits = value.replaceAll('-', '')
  let total = 0
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2
  const check = (12 - (total % 11)) % 11
  return digits[15] === (check === 10 ? 'X' : String(check))
}

/** Whether an ISBN has 10 or 13 digits and the right check digit. */
export function isIsbn(value: string): boolean {
  const digits = value.replaceAll(/[- ]/g, '').toUpperCase()
  if (/^\d{13}$/.test(digits)) {
    return [...digits].reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0) % 10 === 0
  }
  if (!/^\d{9}[\dX]$/.test(digits)) return false
  return [...digits].reduce((sum, digit, at) => sum + (digit === 'X' ? 10 : Number(digit)) * (10 - at), 0) % 11 === 0
}

/** Whether a text is an EDTF level 0 date or interval with a start not after its end. */
export function isDateOrInterval(value: string): boolean {
  const parts = value.split('/')
  if (parts.length > 2 || !parts.every(isDate)) return false
  const [start = '', end = start] = parts
  return earliest(start) <= latest(end)
}

function isDate(value: string): boolean {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value)
  if (!match) return false
  const [year, month = 1, day = 1] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)))
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year ?? 0, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const earliest = (date: string): string => `${date}-01-01`.slice(0, 10)
const latest = (date: string): string => `${date}-12-31`.slice(0, 10)
