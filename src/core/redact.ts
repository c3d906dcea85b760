/** What must never be shown? Tokens, signatures and passwords inside texts that people or logs may see. */

const rules: ReadonlyArray<readonly [RegExp, string]> = [
  // a query string may carry a presigned signature or an access token: show that there was one, nothing of it
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]+)\?[^\s"'<>]*/gi, '$1?…'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, '$1…@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 …'],
  [/\b((?:access_)?token|signature|password|secret|authorization|cookie)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, '$1$2…'],
]

/** The text without secrets; of one longer than `limit` characters its head and its tail, where the cause often stands. */
export function redact(text: string, limit = 2000): string {
  const clean = rules.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text)
  return clean.length > limit ? headAndTail(clean, limit) : clean
}

function headAndTail(text: string, limit: number): string {
  const between = (left: number) => ` … ${left} characters … `
  const room = limit - between(text.length).length
  const tail = Math.floor(room / 3)
  const head = room - tail
  const kept = [text.slice(0, head), between(text.length - room), text.slice(text.length - tail)]
  // a cut may go through a character of two
  return kept.join('').toWellFormed()
}
