/** What are browsers told to refuse, on pages, answers of the API, and what is not there? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'

describe('browsers', () => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite'))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it.each(['/sign-in', '/nowhere', '/audit', '/api/v1/caller', '/api/v1/nowhere', '/healthz'])(
    'of %s run only our files, in no frame, and tell nobody',
    async (path) => {
      const { headers } = await fetch(api.url + path, { headers: { accept: 'text/html' }, redirect: 'manual' })
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split(';').map((one) => one.split(/ (.*)/s) as [string, string]),
      )
      expect(Object.fromEntries(policy)).toMatchObject({
        ...{ 'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'form-action': "'self'" },
        ...{ 'frame-ancestors': "'none'", 'base-uri': "'none'" },
      })
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|data:|https?:/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
      // for hosts without TLS it would be the end of the console
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  it('are told by its status as well that there is no such page', async () => {
    const { status } = await fetch(`${api.url}/nowhere`, { headers: { accept: 'text/html' } })
    expect(status).toBe(404)
  })

  it('find no script and no style within a page', async () => {
    const page = await (await fetch(`${api.url}/sign-in`)).text()
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/)
  })
})
