/** What becomes of the log of copies in the course of time? It leaves for an archive; what somebody still needs stays. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyStory } from '../../src/cli/copy-story.ts'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

const longAgo = '2020-01-01 00:00:00.000000'

describe.each(databases)('the event log on %s', (kind) => {
  let folder: string
  let world: World
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-archive-'))
    world = await createWorld(kind, { config: { 'retention.folder': folder, 'retention.eventsPerCopy': 20 } })
  })
  afterEach(async () => {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })

  const archived = async () => {
    const files = await readdir(folder)
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    const lines = texts.join('').split('\n').filter(Boolean)
    return lines.map((line): Record<string, unknown> => JSON.parse(line))
  }
  const age = (copyId: number) => world.sql(`UPDATE zenodo_copy_events SET at = '${longAgo}' WHERE copy_id = ${copyId}`)

  it('of a finished copy leaves for the archive when it is old, line by line, and the copy says how much', async () => {
    const copy = await world.bring({ doi: '10.5061/dryad.old', software: { 'a.R': 'x' } }, 'software')
    await age(copy.id)
    const before = await world.app.reading.events(copy.id)
    await world.work()
    expect(await world.app.reading.events(copy.id)).toEqual([])
    const about = { id: copy.id, dataset: '10.5061/dryad.old', version: 1, type: 'software' }
    expect(await archived()).toMatchObject(
      before.map(({ id, at, kind: what, actor, data }) => ({ id, at, kind: what, actor, data, copy: about })),
    )
    expect(await world.copy(copy.id)).toEqual({ ...copy, eventsArchived: before.length })
    const story = { eventsArchived: before.length, events: [], files: [], chain: [], standstill: [] }
    const shown = copyStory({ copy: await world.copy(copy.id), ...story }, { columns: 100 })
    expect(shown).toContain(`Events (0; ${before.length} more are in the archive, retention.folder):`)
    const [file] = await readdir(folder)
    expect((await stat(join(folder, file!))).mode & 0o777).toBe(0o600)
    expect(world.events).toContainEqual({ kind: 'events.archived', events: before.length })
  })

  it('stays while it is young, and that of a copy that is not over stays at any age', async () => {
    const young = await world.bring({ doi: '10.5061/dryad.young', software: { 'a.R': 'x' } }, 'software')
    const { software } = await world.enqueue({ doi: '10.5061/dryad.open', software: { 'a.R': 'x' } }, 'software')
    await world.app.act('defer', { filter: { ids: [software!.id] }, actor: { name: 'curator', reason: null } })
    await age(software!.id)
    const before = [await world.app.reading.events(young.id), await world.app.reading.events(software!.id)]
    await world.work()
    expect([await world.app.reading.events(young.id), await world.app.reading.events(software!.id)]).toEqual(before)
    expect(await archived()).toEqual([])
  })

  it('keeps its head and its tail when it grows too long, and its unanswered calls at any age', async () => {
    const { software } = await world.enqueue({ software: { 'a.R': 'x' } }, 'software')
    const id = software!.id
    const call = JSON.stringify({ operation: 'publish', depositionId: 7, marker: null })
    for (let n = 0; n < 60; n++) {
      const [what, data] = n === 30 ? ['intent', call] : ['released', JSON.stringify({ n })]
      await world.sql(
        `INSERT INTO zenodo_copy_events (copy_id, at, kind, actor, term, data) VALUES (${id}, '${longAgo}', '${what}', 'worker', 1, '${data}')`,
      )
    }
    await world.app.act('cancel', { filter: { ids: [id] }, actor: { name: 'curator', reason: null } })
    await world.sql(`UPDATE zenodo_copy_events SET at = '2999-01-01 00:00:00.000000' WHERE copy_id = ${id}`)
    const before = await world.app.reading.events(id)
    await world.work()
    const expected = [...before.slice(0, 10), before.find((event) => event.kind === 'intent'), ...before.slice(-10)]
    expect(await world.app.reading.events(id)).toEqual(expected)
    expect(await world.copy(id)).toMatchObject({ eventsArchived: before.length - 21 })
    await age(id)
    await world.work()
    expect((await world.app.reading.events(id)).map((event) => event.kind)).toEqual(['intent'])
    expect((await archived()).map((line) => line.id)).toHaveLength(before.length - 1)
  })

  it('stays as it is when the archive cannot be written; copies go on meanwhile, and the log says why', async () => {
    const copy = await world.bring({ doi: '10.5061/dryad.kept', software: { 'a.R': 'x' } }, 'software')
    await age(copy.id)
    const before = await world.app.reading.events(copy.id)
    await rm(folder, { recursive: true })
    const other = await world.bring({ doi: '10.5061/dryad.next', software: { 'a.R': 'x' } }, 'software')
    expect(other.state).toBe('finished')
    expect(await world.app.reading.events(copy.id)).toEqual(before)
    const trouble = world.events.flatMap((event) => (event.kind === 'worker.trouble' ? [event.failure] : []))
    expect(trouble).toMatchObject([{ code: 'config_invalid', message: expect.stringContaining(folder) }])
  })
})
