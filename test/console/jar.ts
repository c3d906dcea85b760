/** A browser without scripts, as tests need it that look at headers: it keeps cookies, follows nothing, and sends the forms of pages. */
import { request } from 'undici'

export interface Jar {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** With the value that the page at `from` gave its forms. */
  post(path: string, fields: Record<string, string>, options?: Sending): Promise<Response>
  /** The value that forms of a page send along. */
  formToken(from?: string): Promise<string>
}

interface Sending {
  readonly from?: string
  /** Without such a value: to another service. */
  readonly bare?: boolean
  readonly headers?: Record<string, string>
}

/** @param address of the person, told by a proxy */
export function createJar(base: string, address?: string): Jar {
  const cookies = new Map<string, string>()
  const ask = async (path: string, method: 'GET' | 'POST', sent: Record<string, string>, body?: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const from = address === undefined ? {} : { 'x-forwarded-for': address }
    const headers = { accept: 'text/html', ...from, ...(cookie === '' ? {} : { cookie }), ...sent }
    const {
      statusCode,
      body: text,
      headers: answered,
    } = await request(new URL(path, base), { method, headers, body: body ?? null })
    const answer = new Response(await text.text(), { status: statusCode })
    for (const [name, values] of Object.entries(answered))
      for (const value of [values].flat()) answer.headers.append(name, value ?? '')
    for (const one of answer.headers.getSetCookie()) keep(cookies, one)
    return answer
  }
  const jar: Jar = {
    cookies,
    get: (path, headers = {}) => ask(path, 'GET', headers),
    formToken: async (from = '/sign-in') => {
      const page = await (await jar.get(from)).text()
      return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    },
    post: async (path, fields, { from, bare = false, headers = {} } = {}) => {
      const body = new URLSearchParams(bare ? fields : { ...fields, _csrf: await jar.formToken(from) }).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      return await ask(path, 'POST', { 'sec-fetch-site': 'same-origin', ...type, ...headers }, body)
    },
  }
  return jar
}

function keep(cookies: Map<string, string>, text: string): void {
  const [pair = '', ...attributes] = text.split('; ')
  const [name = '', value = ''] = pair.split('=')
  const isOver = attributes.some((one) => /^(max-age=0|expires=thu, 01 jan 1970)/i.test(one))
  if (isOver) cookies.delete(name)
  else cookies.set(name, value)
}

/** Where an answer leads, as path and query. */
export function leadsTo(answer: Response): string {
  return `${answer.status} ${answer.headers.get('location') ?? ''}`
}
