import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

describe.each(databases)('the staging of a version, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  const told = async () => (await world.outbox()).filter((message) => message.kind === 'staging.may_be_deleted')

  it('123: is not told to be deletable while the version is not public at Zenodo, and is once it is', async () => {
    const files = { 'f1.txt': 'one' }
    const copy = await world.bring({ software: files }, 'software')
    expect(copy.state).toBe('finished')
    expect(await told()).toEqual([])
    const refused = { status: 400, body: { status: 400, message: 'Validation error.', errors: [] } }
    await world.zenodo.fault({ match: { path: '/actions/publish$' }, ...refused })
    const failed = await world.bring({ published: true, software: files }, 'software_publish')
    expect(failed.state).toBe('error')
    expect(await told()).toEqual([])
    await world.app.act('requeue', { filter: { ids: [failed.id] }, actor: { name: 'curator', reason: null } })
    await world.work()
    expect(await told()).toHaveLength(1)
  })
})
