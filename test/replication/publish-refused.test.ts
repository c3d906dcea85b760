/** What becomes of a copy whose publication Zenodo does not carry out, and of those behind it? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { personAtZenodo } from '../support/person-at-zenodo.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(submissionsOnce)(
  'a publication that Zenodo refuses, on %s of %s',
  (kind, family, publishType: CopyType) => {
    let world: World
    beforeEach(async () => {
      world = await createWorld(kind)
    })
    afterEach(() => world.close())
    const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
      versionOf(family, number, files, more)
    const files = { 'f1.txt': 'one' }
    const publishes = async () => (await world.zenodo.calls()).filter((call) => call.startsWith('publish')).length
    const invalid = (field: string, message: string) => ({
      status: 400,
      body: { status: 400, message: 'A validation error occurred.', errors: [{ field, messages: [message] }] },
    })
    const requeue = async (id: number) => {
      await world.app.act('requeue', { filter: { ids: [id] }, actor })
      await world.work()
      return world.copy(id)
    }

    it('45: with 500 every time: after so many attempts the copy is in error, the repository is told, and a requeue ends it', async () => {
      const { depositionId } = await world.bring(version(1, files), family)
      await world.zenodo.fault({ match: { path: '/actions/publish' }, times: 0, status: 500 })
      const copy = await world.bring(version(1, files), publishType)
      expect(copy).toMatchObject({ state: 'error', attempts: 4, depositionId, error: { code: 'zenodo_unavailable' } })
      expect(copy.error?.message).toContain(`Publishing deposition ${depositionId}: Zenodo answered 500`)
      expect(await publishes()).toBe(4)
      expect((await world.outbox()).map((message) => message.kind)).toEqual(['copy.finished', 'copy.error'])
      expect(await world.zenodo.record(depositionId)).toMatchObject({ state: 'unsubmitted' })
      await world.zenodo.clearFaults()
      expect(await requeue(copy.id)).toMatchObject({ state: 'finished', attempts: 1, depositionId, error: null })
      expect(held(await world.zenodo.record(depositionId))).toEqual(md5s(files))
    })

    it('46: for its metadata: the fields are told, later copies wait, and a corrected manifest lets all of them go', async () => {
      const { depositionId } = await world.bring(version(1, files), family)
      const refusal = invalid('metadata.creators.0', 'Family name cannot be blank.')
      await world.zenodo.fault({ match: { method: 'PUT', path: '/api/deposit/' }, ...refusal })
      const copy = await world.bring(version(1, files), publishType)
      expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_refused_metadata' } })
      expect(copy.error?.message).toContain('metadata.creators.0: Family name cannot be blank.')
      expect((await world.outbox()).at(-1)).toMatchObject({ kind: 'copy.error', payload: { copyId: copy.id } })
      const later = await world.bring(version(2, { 'f1.txt': 'two' }), family)
      expect(later).toMatchObject({ state: 'enqueued', attempts: 0, blockedBy: copy.id })
      await world.enqueue(version(1, files, { title: 'Corrected', published: true }), publishType)
      expect(await requeue(copy.id)).toMatchObject({ state: 'finished', depositionId })
      expect(await world.zenodo.record(depositionId)).toMatchObject({ state: 'done', metadata: { title: 'Corrected' } })
      expect(await world.copy(later.id)).toMatchObject({ state: 'finished' })
    })

    it('55: for a missing field: it is tried once, and the field is told', async () => {
      await world.bring(version(1, files), family)
      const refusal = invalid('metadata.title', 'Missing data for required field.')
      await world.zenodo.fault({ match: { path: '/actions/publish' }, times: 0, ...refusal })
      const copy = await world.bring(version(1, files), publishType)
      expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_refused_metadata' } })
      expect(copy.error?.message).toContain('metadata.title: Missing data for required field.')
      expect(copy.error?.hint).toContain('Correct the fields named')
      expect(await publishes()).toBe(1)
    })

    it('54: an edit that our own failed publication left open is gone on with, or dropped for other files', async () => {
      const first = await world.bring(version(1, files), publishType)
      const refusal = invalid('metadata.title', 'Missing data for required field.')
      await world.zenodo.fault({ match: { path: '/actions/publish' }, ...refusal })
      const second = await world.bring(version(2, files, { title: 'Second' }), publishType)
      expect(second).toMatchObject({ state: 'error', depositionId: first.depositionId })
      expect((await world.zenodo.records()).map((record) => record.state)).toEqual(['done', 'inprogress'])
      await world.app.act('cancel', { filter: { ids: [second.id] }, actor })
      const third = await world.bring(version(3, { 'f1.txt': 'three' }, { title: 'Third' }), publishType)
      expect(third).toMatchObject({ state: 'finished', attempts: 1 })
      const [before, after, ...others] = await world.zenodo.records()
      expect(others).toEqual([])
      expect(before).toMatchObject({
        id: first.depositionId,
        state: 'done',
        metadata: { title: 'Heights of sunflowers' },
      })
      expect(after).toMatchObject({ id: third.depositionId, state: 'done', metadata: { title: 'Third' } })
      expect(held(after!)).toEqual(md5s({ 'f1.txt': 'three' }))
    })

    it('54: requeued, the copy that left it open publishes it', async () => {
      const first = await world.bring(version(1, files), publishType)
      await world.zenodo.fault({ match: { path: '/actions/publish' }, ...invalid('metadata.title', 'No.') })
      const second = await world.bring(version(2, files, { title: 'Second' }), publishType)
      expect(second.state).toBe('error')
      expect(await requeue(second.id)).toMatchObject({ state: 'finished', depositionId: first.depositionId })
      const [record, ...others] = await world.zenodo.records()
      expect(others).toEqual([])
      expect(record).toMatchObject({ id: first.depositionId, state: 'done', metadata: { title: 'Second' } })
    })

    it('48: a version whose files are all gone leaves the published one as it is; the next starts from there', async () => {
      const first = await world.bring(version(1, files), publishType)
      for (const type of [family, publishType] as const) {
        const copy = await world.bring(version(2, {}), type)
        expect(copy).toMatchObject({ state: 'finished', attempts: 0, doi: null })
        expect(copy.note).toContain('what earlier versions published stays as it is')
      }
      const third = await world.bring(version(3, { 'f3.txt': 'three' }), publishType)
      expect(third).toMatchObject({ state: 'finished', conceptRecid: first.conceptRecid })
      expect(await world.zenodo.records()).toHaveLength(2)
    })

    it('48: when nothing was ever published, the version after an emptied draft gets a new deposition', async () => {
      const first = await world.bring(version(1, files), family)
      await world.bring(version(2, {}), publishType)
      expect(await world.copy(first.id)).toMatchObject({ depositionId: null, doi: null })
      expect(await world.zenodo.records()).toEqual([])
      const third = await world.bring(version(3, { 'f3.txt': 'three' }), publishType)
      expect(third).toMatchObject({ state: 'finished' })
      expect(held(await world.zenodo.record(third.depositionId))).toEqual(md5s({ 'f3.txt': 'three' }))
    })

    it('47: an emptied draft that a person has deleted already needs nobody', async () => {
      await world.bring(version(1, files), publishType)
      const { depositionId } = await world.bring(version(2, { 'f2.txt': 'two' }), family)
      await world.bring(version(3, {}), family)
      await personAtZenodo(world.emulator).discard(depositionId!)
      const copy = await world.bring(version(3, {}), publishType)
      expect(copy).toMatchObject({ state: 'finished', error: null })
      expect((await world.zenodo.records()).map((record) => record.state)).toEqual(['done'])
    })
  },
)
