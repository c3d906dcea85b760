/** Does a link to a file give its bytes, to whoever has it, for as long as it should, and to nobody else? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/core/roles.ts'
import { createLogger } from '../../src/observe/logger.ts'
import type { AuditEntry } from '../../src/replication/ports/audit-log.ts'
import { createToken } from '../../src/replication/tokens.ts'
import { privateFileLink } from '../../src/zenodo/file-links.ts'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'

const actor = { name: 'a test', reason: null }
const minutes = 60_000
const supp = { 'figure 1.txt': 'a figure', 'raw/a.txt': 'aa', 'raw/b.txt': 'bb', 'empty.txt': '' }

describe.each(backends)('links to files on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld(kind, { config: { 'zenodo.tokenId': 1 } })
  })
  afterAll(() => world.close())
  const linkTo = (of: { copy: number } | { dataset: string }, path: string) => world.app.linkTo({ of, path, actor })
  const get = async (url: string) => {
    const answer = await fetch(url)
    return { status: answer.status, text: await answer.text() }
  }

  it('124: a file of a draft has a private link, and whoever has it gets the very bytes', async () => {
    const copy = await world.bring({ supp }, 'supp')
    const link = await linkTo({ copy: copy.id }, 'figure 1.txt')
    expect(link).toMatchObject({ access: 'private', copyId: copy.id, name: 'figure 1.txt', pathInArchive: null })
    expect(await get(link.url)).toEqual({ status: 200, text: 'a figure' })
    expect((await get(link.url.split('?')[0]!)).status).toBe(403)
    const left = Date.parse(link.expiresAt!) - Date.now()
    expect(left).toBeGreaterThan(25 * minutes)
    expect(left).toBeLessThanOrEqual(30 * minutes)
  })

  it('124: such a link ends after half an hour, and is good for this file of this draft, signed by its owner, only', async () => {
    const { depositionId: deposition } = await world.copy(1)
    const signer = { tokenId: 1, token: world.emulator.token }
    const link = (name: string, { by = signer, at = Date.now(), of = deposition! } = {}) =>
      privateFileLink(world.emulator.url, { deposition: of, name }, by, at).url
    expect(await get(link('figure 1.txt', { at: Date.now() - 29 * minutes }))).toMatchObject({ status: 200 })
    const late = await get(link('figure 1.txt', { at: Date.now() - 31 * minutes }))
    expect([late.status, late.text]).toEqual([400, expect.stringContaining('The resource access token is expired.')])
    const [place, own] = link('figure 1.txt').split('?')
    for (const other of [
      link('raw.zip'),
      link('figure 1.txt', { of: typeof deposition === 'number' ? deposition + 1 : 'aaaaa-aaaaa' }),
      link('figure 1.txt', { by: { ...signer, token: 'another' } }),
    ]) {
      expect((await get(`${place}?${other.split('?')[1]}`)).status).toBe(403)
    }
    expect((await get(`${link('raw.zip').split('?')[0]}?${own}`)).status).toBe(403)
    expect((await get(link('figure 1.txt', { by: { ...signer, tokenId: 99 } }))).status).toBe(400)
  })

  it('124: of a file in an archive it is the link to the archive, with the path in it; an empty and an unknown one have none', async () => {
    const link = await linkTo({ copy: 1 }, 'raw/a.txt')
    expect(link).toMatchObject({ name: 'raw.zip', pathInArchive: 'raw/a.txt' })
    expect((await get(link.url)).text.slice(0, 2)).toBe('PK')
    expect(await linkTo({ copy: 1 }, 'raw.zip')).toMatchObject({ name: 'raw.zip', pathInArchive: null })
    await expect(linkTo({ copy: 1 }, 'figure 2.txt')).rejects.toMatchObject({
      code: 'file_not_found',
      message: 'There is no file figure 2.txt in copy 1. Did you mean figure 1.txt?',
    })
    await expect(linkTo({ copy: 99 }, 'figure 1.txt')).rejects.toMatchObject({ code: 'copy_not_found' })
    await expect(linkTo({ dataset: '10.5061/dryad.other' }, 'a')).rejects.toMatchObject({ code: 'dataset_not_found' })
  })

  it('124: over HTTP a curator gets it, which is written down, and the token is in no log, no event and no row', async () => {
    const lines: string[] = []
    const destination = { write: (line: string) => void lines.push(line) }
    const logger = await createLogger({ level: 'trace', pretty: false, destination })
    const listening = await world.app.listen({ host: '127.0.0.1', port: 0, logger })
    const headersOf = async (role: Role, name: string) => {
      const token = await createToken(world.app.tokens, { name, role, by: 'test' })
      return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    }
    const ask = async (role: Role, file: string) => {
      const request = { method: 'POST', headers: await headersOf(role, `${role} ${file}`) }
      const url = `${listening.url}/api/v1/copies/1/links`
      const answer = await fetch(url, { ...request, body: JSON.stringify({ file }) })
      return { status: answer.status, body: (await answer.json()) as { url: string } }
    }
    expect((await ask('viewer', 'figure 1.txt')).status).toBe(403)
    expect((await ask('curator', 'figure 2.txt')).status).toBe(404)
    const { status, body } = await ask('curator', 'figure 1.txt')
    const asked = await fetch(`${listening.url}/api/v1/audit`, { headers: await headersOf('admin', 'who looks') })
    const { entries } = (await asked.json()) as { entries: AuditEntry[] }
    await listening.close()
    expect(status).toBe(200)
    expect(await get(body.url)).toEqual({ status: 200, text: 'a figure' })
    const signature = body.url.split('.').at(-1)!
    expect(signature).toMatch(/^[\w-]{43}$/)
    expect(lines.join('')).toContain('/api/v1/copies/1/links')
    const kept = [lines, world.events, await world.app.reading.events(1), entries]
    expect(JSON.stringify(kept)).not.toContain(signature)
    expect(entries.find(({ action }) => action === 'copies.link')).toMatchObject({
      who: 'api:curator figure 1.txt',
      subject: { copy: 1, file: 'figure 1.txt' },
      outcome: { access: 'private' },
    })
  })

  it('124: once it is published the link is public, for a dataset with supplemental files only as well', async () => {
    await world.bring({ supp }, 'supp_publish')
    for (const of of [{ copy: 1 }, { dataset: '10.5061/dryad.abc' }]) {
      const link = await linkTo(of, 'figure 1.txt')
      expect(link).toMatchObject({ access: 'public', expiresAt: null })
      expect(link.url).not.toContain('?')
      expect(await get(link.url)).toEqual({ status: 200, text: 'a figure' })
    }
  })

  it('124: a file that the next version deleted has no link there, and one that waits has none yet', async () => {
    const next = { number: 2, supp: { 'figure 3.txt': 'another' } }
    const { supp: waits } = await world.enqueue(next, 'supp')
    await expect(linkTo({ copy: waits!.id }, 'figure 3.txt')).rejects.toMatchObject({ code: 'file_not_there' })
    await world.work()
    await expect(linkTo({ dataset: '10.5061/dryad.abc' }, 'figure 1.txt')).rejects.toMatchObject({
      code: 'file_not_there',
      message: expect.stringContaining('figure 1.txt was deleted: version 1 had it'),
    })
    expect(await get((await linkTo({ copy: 1 }, 'figure 1.txt')).url)).toMatchObject({ status: 200 })
    expect(await get((await linkTo({ copy: waits!.id }, 'figure 3.txt')).url)).toMatchObject({ text: 'another' })
  })
})

describe('links without the id of the token', () => {
  it('124: are refused while the file is not published, and the setting is named', async () => {
    const world = await createWorld('sqlite')
    try {
      const copy = await world.bring({ software: { 'a.py': 'a' } }, 'software')
      await expect(world.app.linkTo({ of: { copy: copy.id }, path: 'a.py', actor })).rejects.toMatchObject({
        code: 'no_signing_token',
        message: 'The file is not published, and zenodo.tokenId is not set: a link to it cannot be signed.',
      })
    } finally {
      await world.close()
    }
  })
})
