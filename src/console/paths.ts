/** Is an address one of ours? Whoever sends a person on must not send them elsewhere. */

/** A path of this service that somebody named, or the first page. */
export function backPath(named: string | undefined): string {
  if (named === undefined || !/^\/[^/\\]/.test(named)) return '/'
  const base = 'http://here.invalid'
  const url = URL.parse(named, base)
  // `/.//elsewhere` comes out of it as `//elsewhere`, which is another host
  return url === null || url.origin !== base || url.pathname.startsWith('//') ? '/' : url.pathname + url.search
}
