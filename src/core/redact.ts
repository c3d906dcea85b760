/** What must never be shown? Tokens, signatures and passwords inside texts that people or logs may see. */

const rules: ReadonlyArray<readonly [RegExp, string]> = [
  // a query string may carry a presigned signature or an access token: show that there was one, nothing of it
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]+)\?[^\s"'<>]*/gi, '$1?…'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, '$1…@'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, '$1 …'],
  [/\b((?:access_)?token|signature|password|secret|authorization|cookie)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, '$1$2…'],
]

/** The text without secrets, cut to `limit` characters. */
export function redact(text: string, limit = 2000): string {
  const clean = rules.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text)
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}
