/** Is this an ORCID iD? Zenodo accepts a wrong one in a draft and refuses it when publishing, so we look first. */

const pattern = /^(?:https?:\/\/(?:www\.)?orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\/?$/i

/** The dashed iD of a URL or dashed iD whose check digit is right; null otherwise. */
export function orcidOf(text: string): string | null {
  const id = pattern.exec(text.trim())?.[1]?.toUpperCase()
  return id !== undefined && checkDigit(id) === id.at(-1) ? id : null
}

/** ISO 7064 MOD 11-2 over the first fifteen digits (ORCID, "Structure of the ORCID Identifier"). */
function checkDigit(id: string): string {
  const digits = id.replaceAll('-', '').slice(0, 15)
  const total = [...digits].reduce((sum, digit) => (sum + Number(digit)) * 2, 0)
  const digit = (12 - (total % 11)) % 11
  return digit === 10 ? 'X' : String(digit)
}
