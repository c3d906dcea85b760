/** What must never be shown? Tokens, signatures and passwords inside texts that people or logs may see, and what a terminal would obey. */

const rules: ReadonlyArray<readonly [RegExp, string]> = [
  // a query string may carry a presigned signature or an access token: show that there was one, nothing of it
  [/(:\/\/[^\s?#"'<>]+)\?[^\s"'<>]*/g, '$1?…'],
  [/(:\/\/)[^\s/@"'<>]+@/g, '$1…@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 …'],
  // a token of our own API
  [/\bzrt_[A-Za-z0-9_-]{16,}/g, 'zrt_…'],
  [/\b((?:access_)?token|signature|password|secret|authorization|cookie)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, '$1$2…'],
  // the characters that move a cursor, or turn the order of what follows around
  [/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, ''],
]

/** As much as is struck out of a text at most, so that what is left fills the limit: the longest address of a source. */
const struckAtMost = 8192

/** The text without secrets; of one longer than `limit` characters its head and its tail, where the cause often stands. */
export function redact(text: string, limit = 2000): string {
  const searched = ends(text, limit + struckAtMost)
  const clean = rules.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), searched)
  return clean.length > limit ? headAndTail(clean, limit, text.length - searched.length) : clean
}

/** @param gone characters that are left out of the text already */
function headAndTail(text: string, limit: number, gone: number): string {
  const between = (left: number) => ` … ${left} characters … `
  const room = limit - between(text.length + gone).length
  const tail = Math.floor(room / 3)
  const head = room - tail
  const kept = [text.slice(0, head), between(text.length + gone - room), text.slice(text.length - tail)]
  // a cut may go through a character of two
  return kept.join('').toWellFormed()
}

/** The search takes the square of the length in a text made for that. A word that is cut may be a secret that is not known by its half. */
function ends(text: string, most: number): string {
  if (text.length <= most) return text
  const tail = Math.floor(most / 3)
  const [first, last] = [text.slice(0, most - tail), text.slice(-tail)]
  const lastSpace = Math.max(first.lastIndexOf(' '), first.lastIndexOf('\n'))
  const firstSpace = last.search(/\s/)
  return `${lastSpace === -1 ? first : first.slice(0, lastSpace)} … ${firstSpace === -1 ? '' : last.slice(firstSpace)}`
}
