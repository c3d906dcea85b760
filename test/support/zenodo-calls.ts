/** Which of our verbs is a request, in either API? The call lists of scenarios read the same for both. */

export interface Request {
  readonly method: string
  readonly path: string
  readonly status: number | null
}

/** Requests as short words, in order: `create`, `get 12`, `metadata 12`, `put a.csv`, `delete a.csv`, `publish 12` … */
export function callsOf(requests: readonly Request[]): string[] {
  return requests.flatMap((request, at) => {
    const route = request.path.split('?')[0] ?? ''
    return route.startsWith('/api/records') || route.startsWith('/api/user/records')
      ? recordWord({ ...request, path: route }, { before: requests.slice(0, at), after: requests.slice(at + 1) })
      : [depositWord({ ...request, path: route })]
  })
}

/** Paths of faults as they are written for the deposit API, and what does the same in the records API. */
const samePaths: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/depositions\$$/, '/api/records$'],
  [/^\/depositions$/, '/api/(?:user/)?records'],
  [/^\/depositions\\\?$/, '/user/records\\?'],
  [/^(?:\/depositions)?\/?$/, '/records/[^/]+/draft$'],
  [/^\/depositions\/(.+?)\$?$/, '/records/$1(?:/draft)?$'],
  [/^\/actions\/newversion\$?$/, '/versions$'],
  [/^\/actions\/edit\$?$/, '/draft$'],
  [/^\/api\/files\/(?:\.\*\/)?/, '/draft/files/'],
]

/** A fault's path, written for the deposit API, as that of the request that does the same in the records API. */
export function recordsPath(path: string): string {
  const bare = path.replace(/^\^/, '').replace(/^\/api\/deposit/, '')
  const [pattern, same] = samePaths.find(([known]) => known.test(bare)) ?? []
  return pattern === undefined || same === undefined
    ? path
    : bare.replace(pattern, () => same.replace('$1', pattern.exec(bare)?.[1] ?? ''))
}

function depositWord({ method, path }: Request): string {
  const deposition = /^\/api\/deposit\/depositions(?:\/(\d+))?(?:\/actions\/(\w+))?$/.exec(path)
  if (deposition) {
    const [, id, action] = deposition
    if (action) return `${action} ${id}`
    if (!id) return method === 'POST' ? 'create' : 'list'
    return `${{ GET: 'get', PUT: 'metadata', DELETE: 'discard' }[method] ?? method} ${id}`
  }
  const file = /^\/api\/files\/[^/]+\/(.+)$/.exec(path)
  return file ? `${method.toLowerCase()} ${decodeURIComponent(file[1]!)}` : `${method} ${path}`
}

interface Around {
  readonly before: readonly Request[]
  readonly after: readonly Request[]
}

/** What one verb takes beside its main request has no word: lists of files, announcements and commits, reserved DOIs. */
function recordWord(request: Request, around: Around): string[] {
  const { method, path } = request
  const [, id, rest = ''] = /^\/api\/records\/([^/]+)(?:\/(.*))?$/.exec(path) ?? []
  if (id === undefined) return [method === 'POST' ? 'create' : 'list']
  const file = /^draft\/files\/(.+?)(\/content)?$/.exec(rest)
  if (method === 'PUT' && file?.[2]) return [`put ${decodeURIComponent(file[1]!)}`]
  if (method === 'GET' && file?.[2]) return [`get ${decodeURIComponent(file[1]!)}`]
  if (method === 'DELETE' && file)
    return isReplacement(id, around.before) ? [] : [`delete ${decodeURIComponent(file[1]!)}`]
  const words: Readonly<Record<string, string>> = {
    'PUT draft': 'metadata',
    'DELETE draft': 'discard',
    'POST draft': 'edit',
    'POST draft/actions/publish': 'publish',
    'POST versions': 'newversion',
    ...(isWholeRead(id, around.after) ? { 'GET draft': 'get' } : {}),
  }
  const word = words[`${method} ${rest}`]
  return word === undefined ? [] : [`${word} ${id}`]
}

/** A name that was taken is freed by the client itself. */
function isReplacement(id: string, before: readonly Request[]): boolean {
  return before.some(
    ({ method, path, status }) => method === 'POST' && path === `/api/records/${id}/draft/files` && status === 400,
  )
}

/** Metadata with a DOI begins with a look at the DOI that the draft has. */
function isWholeRead(id: string, after: readonly Request[]): boolean {
  const next = after.find(({ path }) => path.startsWith(`/api/records/${id}`))
  return !(next?.method === 'PUT' && next.path === `/api/records/${id}/draft`)
}
