/** Do the settings and the recipes of docs/emulator.md exist, and do the recipes what they say? */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultSettings } from '../../src/emulator/settings.ts'
import { complete, startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'
const document = readFileSync(new URL('../../docs/emulator.md', import.meta.url), 'utf8')

/** The rows under a heading whose first cells are `name` and `JSON`. */
function rowsUnder(heading: string): ReadonlyMap<string, unknown> {
  const section = document.split(`\n${heading}\n`)[1]?.split('\n#')[0] ?? ''
  const rows = section.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)
  return new Map([...rows].map(([, name = '', json = '']) => [name, JSON.parse(json)]))
}

/** Arms the recipe; everything before it happens undisturbed. */
type Arm = () => Promise<void>

const recipes: Readonly<Record<string, (zenodo: Zenodo, arm: Arm) => Promise<void>>> = {
  'create=504-after-commit': async (zenodo, arm) => {
    await arm()
    expect(await create(zenodo)).toEqual([504, 'text/html'])
    expect(await states(zenodo)).toEqual(['unsubmitted'])
  },
  'create=500-before': async (zenodo, arm) => {
    await arm()
    expect(await create(zenodo)).toEqual([500, 'application/json'])
    expect(await states(zenodo)).toEqual([])
  },
  'publish=504-after-commit': async (zenodo, arm) => {
    const { id } = await ready(zenodo, arm)
    expect(await act(zenodo, id, 'publish')).toEqual([504, 'text/html'])
    expect(await states(zenodo)).toEqual(['done'])
    expect(await act(zenodo, id, 'publish')).toEqual([404, 'application/json'])
  },
  'publish=504-before-commit': async (zenodo, arm) => {
    const { id } = await ready(zenodo, arm)
    expect(await act(zenodo, id, 'publish')).toEqual([504, 'text/html'])
    expect(await states(zenodo)).toEqual(['unsubmitted'])
  },
  'publish=reset': async (zenodo, arm) => {
    const { id } = await ready(zenodo, arm)
    await expect(zenodo.act(id, 'publish')).rejects.toThrow()
    expect(await states(zenodo)).toEqual(['done'])
  },
  'publish=500-once': async (zenodo, arm) => {
    const { id } = await ready(zenodo, arm)
    expect(await act(zenodo, id, 'publish')).toEqual([500, 'application/json'])
    expect(await states(zenodo)).toEqual(['unsubmitted'])
    expect(await act(zenodo, id, 'publish')).toEqual([202, 'application/json'])
  },
  'newversion=504-after-commit': async (zenodo, arm) => {
    const { id } = await zenodo.published()
    await arm()
    expect(await act(zenodo, id, 'newversion')).toEqual([504, 'text/html'])
    expect(await states(zenodo)).toEqual(['done', 'unsubmitted'])
    expect((await zenodo.act(id, 'newversion')).data.errors[0].messages).toEqual(['Please remove all files first.'])
  },
  'newversion=500-before': async (zenodo, arm) => {
    const { id } = await zenodo.published()
    await arm()
    expect(await act(zenodo, id, 'newversion')).toEqual([500, 'application/json'])
    expect(await states(zenodo)).toEqual(['done'])
    expect(await act(zenodo, id, 'newversion')).toEqual([201, 'application/json'])
  },
  'put=drop-after-1000000-bytes': async (zenodo, arm) => {
    const draft = await ready(zenodo, arm)
    await expect(zenodo.put(draft, 'a.txt', big)).rejects.toThrow()
    expect(await sizes(zenodo)).toEqual([3])
  },
  'put=502': async (zenodo, arm) => {
    const draft = await ready(zenodo, arm)
    expect((await zenodo.put(draft, 'a.txt', big)).status).toBe(502)
    expect(await sizes(zenodo)).toEqual([3])
  },
  'put=413-at-once': async (zenodo, arm) => {
    const draft = await ready(zenodo, arm)
    const reply = await zenodo.put(draft, 'a.txt', 'x')
    expect(reply).toMatchObject({ status: 413, headers: { 'content-type': 'text/html' } })
    expect(await sizes(zenodo)).toEqual([3])
  },
  'put=lost-answer': async (zenodo, arm) => {
    const draft = await ready(zenodo, arm)
    await expect(zenodo.put(draft, 'a.txt', 'longer')).rejects.toThrow()
    expect(await sizes(zenodo)).toEqual([6])
  },
  'delete=500-after-delete': async (zenodo, arm) => {
    const { links } = await ready(zenodo, arm)
    const remove = async () => (await zenodo.call('DELETE', `${links.bucket}/a.txt`)).status
    expect([await remove(), await remove()]).toEqual([500, 404])
    expect(await sizes(zenodo)).toEqual([])
  },
  'busy=503-three-times': async (zenodo, arm) => {
    await arm()
    expect([await list(zenodo), await list(zenodo), await list(zenodo), await list(zenodo)]).toEqual([
      503, 503, 503, 200,
    ])
  },
  outage: async (zenodo, arm) => {
    await arm()
    expect([await list(zenodo), await list(zenodo)]).toEqual([502, 502])
    await zenodo.call('DELETE', '/_emulator/faults')
    expect(await list(zenodo)).toBe(200)
  },
  'unusual-traffic': async (zenodo, arm) => {
    await arm()
    const reply = await zenodo.call('GET', LIST)
    expect(reply).toMatchObject({ status: 403, headers: { 'content-type': 'text/html' } })
    expect(reply.text).toContain('unusual traffic')
  },
  'ratelimit=429-once': async (zenodo, arm) => {
    await arm()
    const { status, headers, data } = await zenodo.call('GET', LIST)
    expect({ status, wait: headers['retry-after'], data }).toEqual({
      status: 429,
      wait: '2',
      data: { status: 429, message: '100 per 1 minute' },
    })
  },
  slow: async (zenodo, arm) => {
    await arm()
    expect(await list(zenodo)).toBe(200)
    const [{ durationMs }] = (await zenodo.call('GET', '/_emulator/requests')).data.requests
    expect(durationMs).toBeGreaterThan(290)
  },
  hang: async (zenodo, arm) => {
    await arm()
    const request = zenodo.call('GET', LIST)
    const underWay = async () => (await zenodo.call('GET', '/_emulator/requests')).data.requests
    await expect.poll(underWay).toMatchObject([{ status: null }])
    await Promise.all([expect(request).rejects.toThrow(), zenodo.emulator.close()])
  },
  'broken-json': async (zenodo, arm) => {
    await arm()
    await expect(zenodo.call('GET', LIST)).rejects.toThrow(SyntaxError)
  },
}

const big = Buffer.alloc(3_000_000, 'x')

/** A draft that could be published, with the recipe in force. */
async function ready(zenodo: Zenodo, arm: Arm): Promise<{ id: number; links: { bucket: string } }> {
  const draft = await zenodo.draft(complete)
  await zenodo.put(draft, 'a.txt', 'old')
  await arm()
  return draft
}

type Seen = readonly [status: number, type: unknown]

async function create({ call }: Zenodo): Promise<Seen> {
  const { status, headers } = await call('POST', LIST, { json: {} })
  return [status, headers['content-type']]
}

async function act(zenodo: Zenodo, id: number, action: 'publish' | 'newversion'): Promise<Seen> {
  const { status, headers } = await zenodo.act(id, action)
  return [status, headers['content-type']]
}

async function list({ call }: Zenodo): Promise<number> {
  return (await call('GET', LIST)).status
}

async function records({ call }: Zenodo): Promise<{ state: string; files: { filesize: number }[] }[]> {
  return (await call('GET', '/_emulator/records')).data.records
}

async function states(zenodo: Zenodo): Promise<string[]> {
  return (await records(zenodo)).map(({ state }) => state)
}

/** Sizes of the files of the only deposit. */
async function sizes(zenodo: Zenodo): Promise<number[] | undefined> {
  return (await records(zenodo))[0]?.files.map(({ filesize }) => filesize)
}

test('the document names every setting with its default', () => {
  expect(Object.fromEntries(rowsUnder('## Settings'))).toEqual(defaultSettings)
})

test('every recipe of the document is tested here', () => {
  expect([...rowsUnder('### Recipes').keys()]).toEqual(Object.keys(recipes))
})

test.each(Object.entries(recipes))('the recipe %s does what the document says', async (name, run) => {
  const zenodo = await startZenodo()
  await run(zenodo, async () => {
    const json = rowsUnder('### Recipes').get(name)
    expect((await zenodo.call('POST', '/_emulator/faults', { json })).status).toBe(201)
  })
})
