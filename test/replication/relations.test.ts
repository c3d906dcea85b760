/** What may a repository show as related works, by what it is told? The facts of the copies and the messages. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, submissions, type VersionDraft, versionOf, type World } from '../support/world.ts'

const relations = { software: 'IsDerivedFrom', supp: 'IsSourceOf' } as const

describe.each(submissions)(
  'the relation of a dataset to its record, on %s of %s',
  (kind, family, publishType: CopyType) => {
    let world: World
    let seen: number
    beforeEach(async () => {
      seen = 0
      world = await createWorld(kind)
    })
    afterEach(() => world.close())
    const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
      versionOf(family, number, files, more)
    const files = { 'f1.txt': 'one' }
    const relation = relations[family]

    /** Version, type, DOI and relation of what was told since the last look. */
    const told = async () => {
      const messages = await world.outbox()
      const fresh = messages.slice(seen).filter((message) => message.kind !== 'staging.may_be_deleted')
      seen = messages.length
      return fresh.map(({ kind: what, payload }) => {
        const {
          version: of,
          type,
          doi,
          relation: how,
        } = payload as Record<string, unknown> & { version: { number: number } }
        return { what, version: of.number, type, doi, relation: how }
      })
    }

    it('77: a submission tells the reserved DOI, and how the dataset is related to it', async () => {
      const copy = await world.bring(version(1, files), family)
      const doi = `10.5281/zenodo.${copy.depositionId}`
      expect(copy.doi).toBe(doi)
      expect(await told()).toEqual([{ what: 'copy.finished', version: 1, type: family, doi, relation }])
    })

    it('78: asking again tells nothing, and publishing tells the same DOI and relation again', async () => {
      const { doi } = await world.bring(version(1, files), family)
      await told()
      await world.enqueue(version(1, files), family)
      await world.work()
      expect(await told()).toEqual([])
      await world.bring(version(1, files), publishType)
      expect(await told()).toEqual([{ what: 'copy.finished', version: 1, type: publishType, doi, relation }])
    })

    it('79: a version that became a new version at Zenodo tells its own DOI; the earlier one keeps the old', async () => {
      const first = await world.bring(version(1, files), publishType)
      await told()
      const second = await world.bring(version(2, { 'f2.txt': 'two' }), publishType)
      expect(second.doi).not.toBe(first.doi)
      expect(await told()).toEqual([
        { what: 'copy.finished', version: 2, type: publishType, doi: second.doi, relation },
      ])
      expect(await world.copy(first.id)).toMatchObject({ doi: first.doi, depositionId: first.depositionId })
    })

    it('80: a version without files of the family tells no relation, submitted or published', async () => {
      await world.bring(version(1, files), publishType)
      await told()
      await world.bring(version(2, {}), family)
      await world.bring(version(2, {}), publishType)
      expect((await told()).map((message) => [message.version, message.relation])).toEqual([
        [2, null],
        [2, null],
      ])
    })

    it('81: a version with new metadata only tells the DOI that is there already', async () => {
      const { doi } = await world.bring(version(1, files), publishType)
      await told()
      await world.bring(version(2, files, { title: 'Another title' }), family)
      await world.bring(version(2, files, { title: 'Another title' }), publishType)
      expect(await told()).toEqual([
        { what: 'copy.finished', version: 2, type: family, doi, relation },
        { what: 'copy.finished', version: 2, type: publishType, doi, relation },
      ])
    })

    it('83: whoever reads while copies run always finds the DOI of the version that has one', async () => {
      const first = await world.bring(version(1, files), family)
      const reads: Array<Promise<string | null>> = []
      const unsubscribe = world.app.onEvent((event) => {
        if (event.kind === 'step.started' || event.kind === 'step.finished' || event.kind === 'copy.claimed') {
          reads.push(world.copy(first.id).then((copy) => copy.doi))
        }
      })
      await world.enqueue(version(1, files), publishType)
      await world.enqueue(version(2, { 'f2.txt': 'two' }), family, publishType)
      await world.work()
      unsubscribe()
      const found = await Promise.all(reads)
      expect(found.length).toBeGreaterThan(10)
      expect(new Set(found)).toEqual(new Set([first.doi]))
    })
  },
)
