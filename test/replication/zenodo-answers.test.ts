/** What if Zenodo's word about files is not what it should be? */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DepositionId } from '../../src/core/copy.ts'
import { databases } from '../support/database.ts'
import { createWorld, held, hex, md5s, type World } from '../support/world.ts'

const json = { 'content-type': 'application/json' }

describe.each(databases)('what Zenodo says about files, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  const ofFile = (name: string) => ({ method: 'PUT', path: `/api/files/.*/${name}$` })
  const confirmed = (content: string) =>
    JSON.stringify({ key: 'f', size: Buffer.byteLength(content), checksum: `md5:${hex('md5', content)}` })
  const retries = async (id: number) =>
    (await world.app.reading.events(id)).filter((event) => event.kind === 'retry').map((event) => event.data.message)
  const isPublished = async () => (await world.zenodo.calls()).some((call) => call.startsWith('publish'))
  const told = async () => (await world.outbox()).map((message) => message.kind)

  it('59: other bytes than were sent, with their own checksum, never become a finished copy', async () => {
    await world.zenodo.settings({ wrongMd5: true })
    const copy = await world.bring({ software: { 'f1.txt': 'one' } }, 'software_publish')
    expect(copy).toMatchObject({ state: 'error', error: { code: 'stored_differently' } })
    expect(copy.error?.message).toContain('f1.txt')
    expect(await isPublished()).toBe(false)
    expect(await told()).toEqual(['copy.error'])
  })

  it('59: a file that was stored wrongly once is sent again', async () => {
    await world.zenodo.settings({ wrongMd5: 1 })
    const copy = await world.bring({ software: { 'f1.txt': 'one' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f1.txt': 'one' }))
  })

  const silent = { status: 201, headers: json, body: '{"key":"f1.txt","size":3}' }

  it('60: a confirmation without a checksum proves nothing: the copy fails, unpublished', async () => {
    await world.zenodo.fault({ match: ofFile('f1.txt'), times: 0, ...silent })
    const copy = await world.bring({ software: { 'f1.txt': 'one' }, checksums: false }, 'software_publish')
    expect(copy).toMatchObject({ state: 'error', error: { code: 'stored_differently' } })
    expect(copy.error?.message).toContain('f1.txt')
    expect(await isPublished()).toBe(false)
  })

  it('60: a file that was stored all the same is taken once Zenodo lists it with the right checksum', async () => {
    await world.zenodo.fault({ match: ofFile('f1.txt'), times: 0, commit: true, ...silent })
    const copy = await world.bring({ software: { 'f1.txt': 'one' }, checksums: false }, 'software_publish')
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
    expect((await world.app.reading.files(copy.id)).map(({ state, md5 }) => [state, md5])).toEqual([
      ['kept', hex('md5', 'one')],
    ])
  })

  it('67: a file that Zenodo confirmed and does not have is missed before publication, and sent again', async () => {
    const files = { 'f1.txt': 'one', 'f2.txt': 'two' }
    await world.zenodo.fault({ match: ofFile('f2.txt'), status: 201, headers: json, body: confirmed('two') })
    const copy = await world.bring({ software: files }, 'software_publish')
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
    expect(await retries(copy.id)).toEqual([expect.stringContaining('"f2.txt" is missing')])
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(files))
  })

  it('67, 69: one that is never there ends in an error that names it, unpublished, and staging is kept', async () => {
    await world.zenodo.fault({ match: ofFile('f2.txt'), times: 0, status: 201, headers: json, body: confirmed('two') })
    const files = { 'f1.txt': 'one', 'f2.txt': 'two' }
    const copy = await world.bring({ software: files }, 'software_publish')
    expect(copy).toMatchObject({ state: 'error', error: { code: 'verification_failed' } })
    expect(copy.error?.message).toContain('"f2.txt" is missing')
    expect(await isPublished()).toBe(false)
    expect(await told()).toEqual(['copy.error'])
  })

  it('67: a file of another size is told with both sizes', async () => {
    await world.bring({ software: { 'f1.txt': 'one' } }, 'software')
    await world.zenodo.fault({ match: ofFile('f1.txt'), status: 201, headers: json, body: confirmed('three!') })
    const copy = await world.bring({ number: 2, software: { 'f1.txt': 'three!' } }, 'software')
    expect(copy.state).toBe('finished')
    expect(await retries(copy.id)).toEqual([expect.stringContaining('"f1.txt" has 3 bytes instead of 6')])
  })

  it('67: a file that somebody adds meanwhile is told and removed; other families do not count', async () => {
    const files = { software: { 'f1.txt': 'one' }, supp: { 's.txt': 'other family' } }
    await world.bring(files, 'supp')
    const [other] = await world.zenodo.records()
    const interfere = async () => {
      const draft = (await world.zenodo.records()).find((record) => record.id !== other?.id)
      await putByHand(draft!.id, 'extra.txt')
    }
    world.source.misbehave('software/v1/f1.txt', (_request, response) => {
      void interfere().then(() => response.writeHead(200, { 'content-length': 3 }).end('one'))
    })
    const copy = await world.bring(files, 'software')
    expect(copy.state).toBe('finished')
    expect(await retries(copy.id)).toEqual([expect.stringContaining('"extra.txt" should not be there')])
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f1.txt': 'one' }))
  })

  async function putByHand(id: DepositionId, name: string): Promise<void> {
    const authorization = `Bearer ${world.emulator.token}`
    const answer = await fetch(`${world.emulator.url}/api/deposit/depositions/${id}`, { headers: { authorization } })
    const { links } = (await answer.json()) as { links: { bucket: string } }
    const headers = { authorization, 'content-type': 'application/octet-stream' }
    const put = await fetch(`${links.bucket}/${name}`, { method: 'PUT', headers, body: 'extra' })
    expect(put.status).toBe(201)
  }

  it('74: a removal that worked and answered 500 counts as done', async () => {
    await world.zenodo.settings({ bucketDeleteFails: true })
    await world.bring({ software: { 'f1.txt': 'one', 'f2.txt': 'two' } }, 'software')
    const copy = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f2.txt': 'two' }))
    expect((await world.zenodo.calls()).filter((call) => call === 'delete f1.txt')).toHaveLength(1)
  })

  it('75: a file that is gone already counts as removed', async () => {
    await world.bring({ software: { 'f1.txt': 'one', 'f2.txt': 'two' } }, 'software')
    const gone = '{"status":404,"message":"Record has no file \\"f1.txt\\"."}'
    await world.zenodo.fault({ match: { method: 'DELETE' }, commit: true, status: 404, headers: json, body: gone })
    const copy = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
  })

  it('75: a draft that is gone already counts as dropped', async () => {
    const first = await world.bring({ software: { 'f1.txt': 'one' } }, 'software_publish')
    await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    const match = { method: 'DELETE', path: '/depositions/\\d+$' }
    const body = '{"status":404,"message":"Not found."}'
    await world.zenodo.fault({ match, commit: true, status: 404, headers: json, body })
    const copy = await world.bring({ number: 3, software: {} }, 'software_publish')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect((await world.zenodo.records()).map((record) => record.id)).toEqual([first.depositionId])
  })
})
