/** Would Zenodo recognise this identifier? One that it does not know makes it refuse the whole metadata. */
import { normaliseDoi } from '../doi.ts'

type Check = (identifier: string) => string | undefined

const matching =
  (pattern: RegExp): Check =>
  (identifier) =>
    pattern.test(identifier) ? identifier : undefined

const url: Check = (identifier) =>
  /^https?:\/\/[^/\s]+\.[^\s]+$/i.test(identifier) && URL.canParse(identifier) ? identifier : undefined

const checked =
  (valid: (digits: string) => boolean): Check =>
  (identifier) => {
    const bare = identifier.replace(/^(?:e?issn|isbn):?\s*/i, '')
    return valid(bare.replace(/[\s-]/g, '').toUpperCase()) ? bare : undefined
  }

/** Sum of the digits, each times its weight; X is ten. */
function weighted(digits: string, weight: (index: number) => number): number {
  return [...digits].reduce((sum, digit, index) => sum + (digit === 'X' ? 10 : Number(digit)) * weight(index), 0)
}

const isIssn = (digits: string) => /^\d{7}[\dX]$/.test(digits) && weighted(digits, (index) => 8 - index) % 11 === 0
const isEan13 = (digits: string) =>
  /^\d{13}$/.test(digits) && weighted(digits, (index) => 1 + (index % 2) * 2) % 10 === 0
const isIsbn10 = (digits: string) => /^\d{9}[\dX]$/.test(digits) && weighted(digits, (index) => 10 - index) % 11 === 0
const isIsbn = (digits: string) => isIsbn10(digits) || (isEan13(digits) && /^97[89]/.test(digits))

/** By DataCite's relatedIdentifierType in lower case: the identifier as Zenodo detects it (idutils' schemes). */
const checks: ReadonlyMap<string, Check> = new Map([
  ['doi', (identifier) => normaliseDoi(identifier) ?? url(identifier)],
  ['url', url],
  ['purl', url],
  ['w3id', url],
  ['arxiv', matching(/^(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?$/i)],
  ['ark', matching(/^(?:https?:\/\/[^/\s]+\/)?ark:\/?\d{5,9}\/\S+$/i)],
  ['bibcode', matching(/^\d{4}[A-Za-z&][A-Za-z0-9.&]{13}[A-Z:.]$/)],
  ['ean13', checked(isEan13)],
  ['handle', matching(/^(?:hdl:\s*|https?:\/\/hdl\.handle\.net\/)?\d+(?:\.\d+)*\/\S+$/i)],
  ['isbn', checked(isIsbn)],
  ['issn', checked(isIssn)],
  ['eissn', checked(isIssn)],
  ['lissn', checked(isIssn)],
  ['lsid', matching(/^urn:lsid:[^:\s]+(?::[^:\s]+){2,3}$/i)],
  ['pmid', matching(/^(?:pmid:\s*)?\d{1,9}$/i)],
  ['urn', matching(/^urn:[a-z0-9][a-z0-9-]{1,31}:\S+$/i)],
])

/**
 * The identifier as it is sent, or undefined when Zenodo would not recognise it. DOIs are sent bare; addresses are
 * recognised under any type.
 */
export function recognisedIdentifier(type: string | null | undefined, identifier: string): string | undefined {
  const check = checks.get((type ?? '').trim().toLowerCase())
  return check?.(identifier) ?? normaliseDoiUrl(identifier) ?? url(identifier)
}

function normaliseDoiUrl(identifier: string): string | undefined {
  return /^(?:doi:|https?:)/i.test(identifier) ? (normaliseDoi(identifier) ?? undefined) : undefined
}
