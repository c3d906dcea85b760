/** Is an address one of ours? Whoever sends a person on must not send them elsewhere. */

/** A path of this service that somebody named, or the first page. */
export function backPath(named: string | undefined): string {
  if (named === undefined || !/^\/[^/\\]/.test(named)) return '/'
  const base = 'http://here.invalid'
  const url = URL.parse(named, base)
  // `/.//elsewhere` comes out of it as `//elsewhere`, which is another host
  return url === null || url.origin !== base || url.pathname.startsWith('//') ? '/' : url.pathname + url.search
}

/** An address with some parts of its query replaced; undefined takes a part away. */
export function withQuery(at: string, parts: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(at, 'http://here.invalid')
  for (const [name, value] of Object.entries(parts)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.pathname + url.search
}
