/** How does the extra copy of data go on from what Zenodo holds, and when is it not begun at all? */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DepositionId } from '../../src/core/copy.ts'
import { backends } from '../support/backends.ts'
import { openBeside } from '../support/open-beside.ts'
import { personAtZenodo } from '../support/person-at-zenodo.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(backends)('data copies on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const refusing = () =>
    world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 400, body: {} })
  const requeue = async (id: number) => {
    await world.app.act('requeue', { filter: { ids: [id] }, actor })
    await world.work()
    return world.copy(id)
  }

  it('14: a deposition that is told without a list of files holds none', async () => {
    await refusing()
    const { id, depositionId } = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    await world.zenodo.clearFaults()
    const { conceptrecid } = await world.zenodo.record(depositionId)
    const links = { bucket: await bucketOf(depositionId!) }
    const body = { id: depositionId, conceptrecid, state: 'unsubmitted', submitted: false, metadata: {}, links }
    await world.zenodo.fault({ match: { method: 'GET', path: `/depositions/${depositionId}` }, status: 200, body })
    expect(await requeue(id)).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(depositionId))).toEqual(md5s({ 'a.csv': 'one' }))
  })
  const bucketOf = async (id: DepositionId) => {
    const headers = { authorization: `Bearer ${world.emulator.token}` }
    const answer = await fetch(`${world.emulator.url}/api/deposit/depositions/${id}`, { headers })
    return ((await answer.json()) as { links: { bucket: string } }).links.bucket
  }

  it('17: a renamed file is sent under its new name, and the old name goes', async () => {
    const first = await world.bring({ data: { 'old.csv': 'one', 'k.csv': 'kept' }, published: true }, 'data')
    await world.zenodo.forgetRequests()
    const data = { 'new.csv': 'one', 'k.csv': 'kept' }
    const second = await world.bring({ number: 2, data, published: true }, 'data')
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    const calls = (await world.zenodo.calls()).filter((call) => /^(put|delete)/.test(call))
    expect(calls.toSorted()).toEqual(['delete old.csv', 'put new.csv'])
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(data))
  })

  it('20: a deposition that is a draft, or open for editing, is not opened again', async () => {
    await refusing()
    const copy = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    await world.zenodo.clearFaults()
    expect(await requeue(copy.id)).toMatchObject({ state: 'finished', depositionId: copy.depositionId })
    await personAtZenodo(world.emulator).edit(copy.depositionId!)
    await world.zenodo.forgetRequests()
    const second = await world.bring({ number: 2, data: { 'a.csv': 'two' }, published: true }, 'data')
    expect(second).toMatchObject({ state: 'finished', depositionId: copy.depositionId })
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('edit'))).toEqual([])
    expect(await world.zenodo.record(copy.depositionId)).toMatchObject({ state: 'done' })
  })

  it('22: 50 000 000 000 bytes and more are refused before the first request, and cost no attempt', async () => {
    const manifest = world.manifest({ data: { 'a.bin': 'x' }, published: true })
    manifest.files.data[0]!.size = 50_000_000_000
    const { data } = await world.enqueueManifest(manifest, 'data')
    await world.work()
    const copy = await world.copy(data!.id)
    expect(copy).toMatchObject({ state: 'error', attempts: 0, error: { code: 'too_many_bytes' } })
    expect(copy.error?.message).toContain('50000000000 bytes, but a record must stay below 50000000000')
    expect(copy.error?.hint).toContain('limits.bytesPerRecord')
    expect(await world.zenodo.calls()).toEqual([])
  })

  it('24: data without content are not begun: the error says so, and no draft remains', async () => {
    const copy = await world.bring({ data: { 'a.csv': '', 'b.csv': '' }, published: true }, 'data')
    expect(copy).toMatchObject({ state: 'error', attempts: 0, depositionId: null, error: { code: 'no_files' } })
    expect(copy.error?.message).toContain('Nothing to send')
    expect(copy.error?.hint).toContain('cancel the copy')
    expect(await world.zenodo.calls()).toEqual([])
  })

  it('24: nor is a record emptied that an earlier version published', async () => {
    const first = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    await world.zenodo.forgetRequests()
    const second = await world.bring({ number: 2, data: { 'a.csv': '' }, published: true }, 'data')
    expect(second).toMatchObject({ state: 'error', error: { code: 'no_files' } })
    expect(await world.zenodo.calls()).toEqual([])
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s({ 'a.csv': 'one' }))
  })
})

describe.each(backends)('a size limit on %s', (kind) => {
  const limited = { 'limits.bytesPerRecord': 10 }
  const nine = { 'a.csv': '12345', 'b.csv': '6789' }
  const ten = { 'a.csv': '12345', 'b.csv': '67890' }
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: limited })
  })
  afterEach(() => world.close())

  it('22: one byte less than the limit is sent', async () => {
    expect(await world.bring({ data: nine, published: true }, 'data')).toMatchObject({ state: 'finished' })
  })

  it('23: what is too large stays parked until a person raises the limit, also files without a checksum count', async () => {
    const copy = await world.bring({ data: ten, published: true, checksums: false }, 'data')
    await world.work()
    expect(await world.copy(copy.id)).toMatchObject({ state: 'error', attempts: 0 })
    expect(await world.app.nextDueInMs()).toBeNull()
    const raised = await openBeside(world, { 'limits.bytesPerRecord': 11 })
    try {
      await raised.act('requeue', { filter: { ids: [copy.id] }, actor })
      await raised.worker({ mode: 'once_and_wait', only: null }, new AbortController().signal)
    } finally {
      await raised.close()
    }
    expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', attempts: 1, error: null })
  })

  it('23: what is too large does not hold back the other families, and a smaller manifest lets it go', async () => {
    const first = { data: ten, software: { 'a.R': '1' }, published: true }
    const copies = await world.enqueue(first, 'data', 'software')
    await world.work()
    expect(await world.copy(copies.software!.id)).toMatchObject({ state: 'finished' })
    await expect(world.enqueue({ ...first, data: nine }, 'data')).rejects.toMatchObject({ code: 'manifest_changed' })
    const second = (await world.enqueue({ ...first, number: 2, data: nine }, 'data')).data!
    expect(second.blockedBy).toBe(copies.data!.id)
    await world.app.act('cancel', { filter: { ids: [copies.data!.id] }, actor })
    await world.work()
    expect(await world.copy(second.id)).toMatchObject({ state: 'finished' })
  })
})
