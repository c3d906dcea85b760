import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { request } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { startService, stopServices } from '../support/service-process.ts'

afterEach(stopServices)

const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('zenodo-replicator-demo-'))

describe('demo', () => {
  it('brings all five copy types over, verifies them, and leaves nothing behind', async () => {
    const before = await leftovers()
    const demo = startService(['demo', '--json'], { DATABASE_URL: 'mysql://nobody@127.0.0.1:1/nothing' })
    expect(await demo.ended()).toBe(0)
    const { data } = JSON.parse(demo.said().stdout) as { data: Record<string, unknown> }
    const copies = data.copies as Array<{ type: string; state: string; recordUrl: string }>
    expect(new Set(copies.map(({ type }) => type))).toEqual(
      new Set(['data', 'software', 'software_publish', 'supp', 'supp_publish']),
    )
    expect(copies.every(({ state }) => state === 'finished')).toBe(true)
    expect(data).toMatchObject({ verified: true })
    expect(await leftovers()).toEqual(before)
  })

  it('shows a table with links to people, and keeps the emulator, a worker and a console until Ctrl-C when asked to, with a way in that is good once', async () => {
    const before = await leftovers()
    const demo = startService(['demo', '--keep'])
    await demo.says(/until Ctrl-C/)
    const { stdout, stderr } = demo.said()
    expect(stdout).toMatch(/^\d+ +finished +software_publish .*http:\/\/127\.0\.0\.1:\d+\/records\/\d+$/m)
    expect(stdout).toMatch(/Verified: \d+ records are published/)
    const url = /goes on at (\S+) until/.exec(stderr)?.[1]
    expect((await fetch(`${url}/_emulator/records`)).status).toBe(200)
    const link = /The console, .*: (\S+)/.exec(stderr)?.[1] ?? ''
    const opened = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }
    const { statusCode, headers } = await request(link, { headers: opened })
    expect([statusCode, headers.location, String(headers['set-cookie'])]).toEqual([
      303,
      '/',
      expect.stringMatching(/session=[\w-]{43};/),
    ])
    expect((await request(link, { headers: opened })).headers.location).toBe('/sign-in')
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    const overview = async () => await (await request(new URL('/', link), { headers: { cookie } })).body.text()
    await expect.poll(overview, { timeout: 20_000 }).toContain('A worker leads, and may claim.')
    demo.signal('SIGINT')
    expect(await demo.ended()).toBe(0)
    expect(await leftovers()).toEqual(before)
  })
})
