/** What is said over HTTP, in answers, pages and the log, of what there is, and to what should not have been sent? For those who look for secrets in it. */
import { contract } from '../../src/http/contract.ts'
import type { Route } from '../../src/http/route.ts'
import { serveOn } from './setup.ts'

interface Sent {
  readonly ids: readonly string[]
  readonly dataset: string
  /** A manifest that is refused. */
  readonly manifest: unknown
  /** Sent in all places where a caller could put something. */
  readonly odd: string
}

const json = { 'content-type': 'application/json' }
const pages = ['/', '/copies', '/errors', '/worker', '/audit', '/messages', '/jobs', '/sign-in', '/metrics', '/healthz']

/** @returns the texts, each with what was asked, and the token that they were asked with */
export async function allAnswers(databaseUrl: string, { ids, dataset, manifest, odd }: Sent) {
  const api = await serveOn(databaseUrl, { tokens: true })
  const token = await api.tokenOf('admin')
  const said: string[] = []
  const ask = async (
    path: string,
    { headers = {}, ...request }: RequestInit & { headers?: Record<string, string> } = {},
  ) => {
    const answer = await fetch(api.url + path, {
      ...request,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
    const isEndless = answer.headers.get('content-type')?.startsWith('text/event-stream')
    if (isEndless) await answer.body?.cancel()
    const text = isEndless ? '' : await answer.text()
    said.push(`${request.method ?? 'GET'} ${path}\n${answer.status} ${JSON.stringify([...answer.headers])}\n${text}`)
  }
  const routes: Route[] = Object.values(contract)
  const places = routes.filter(({ method }) => method === 'GET').map(({ path }) => `/api/v1${path}`)
  const shown = [...pages, ...places, '/copies/:id', `/datasets/${dataset}`, '/api/v1/openapi.json']
  const addresses = shown.flatMap((path) => (path.includes(':') ? ids.map((id) => path.replace(/:\w+/, id)) : [path]))
  for (const address of addresses) await ask(address, { headers: { accept: 'text/html, */*' } })

  await ask('/api/v1/copies', { method: 'POST', headers: json, body: JSON.stringify({ manifest, types: ['data'] }) })
  await ask('/api/v1/copies', { method: 'POST', headers: json, body: `[{"source": "x"}, ${odd}]` })
  const lines = `${JSON.stringify(manifest)}\n{"manifest": ${odd}}\n`
  await ask('/api/v1/copies/lines', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines,
  })
  for (const path of ['/api/v1/copies', '/copies', '/']) {
    await ask(`${path}`, { headers: { authorization: `Bearer ${odd}` } })
    await ask(`${path}`, {
      headers: { authorization: `Basic ${odd}`, cookie: `session=${odd}; __Host-session=${odd}` },
    })
    await ask(`${path}`, {
      headers: { 'if-match': odd, 'content-type': odd, 'last-event-id': odd, 'x-forwarded-user': odd },
    })
  }
  await ask(`/api/v1/copies/${ids[0]}/requeues`, { method: 'POST', headers: { ...json, 'if-match': odd }, body: '{}' })
  await ask(`/api/v1/copies/${ids[0]}/requeues`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ reason: [odd], note: odd }),
  })
  // an address may stand in the answer to itself, but not in the log
  await fetch(`${api.url}/api/v1/copies?cursor=${odd}&access_token=${odd}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await fetch(`${api.url}/copies?token=${odd}`)
  await api.close()
  return { said: [...said, `log\n${api.log()}`], token }
}
