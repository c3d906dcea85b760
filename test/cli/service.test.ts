import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { createEmptyDatabase, databases } from '../support/database.ts'
import { type Desk, type Envelope, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(async () => desk.close())

describe('pause, unpause and drain', () => {
  it('keep the worker from claiming, and let it go on', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const paused = await desk.json(['pause', '--reason', 'storage moves'])
    expect(paused.envelope.data?.switches).toMatchObject([{ name: 'pause', reason: 'storage moves' }])
    expect((await desk.json(['worker', '--once'])).envelope.data?.copies).toEqual([])
    expect((await desk.json(['unpause'])).envelope.data).toEqual({ wasPaused: true, switches: [] })
    expect((await desk.json(['unpause'])).envelope.data).toMatchObject({ wasPaused: false })
    expect((await desk.json(['worker', '--once'])).envelope.data?.copies).toMatchObject([{ state: 'finished' }])
  })

  it('drain --wait comes back when nothing is running', async () => {
    const { code, envelope } = await desk.json(['drain', '--wait'])
    expect(code).toBe(0)
    expect(envelope.data).toMatchObject({ running: 0, switches: [{ name: 'pause', reason: 'drain' }] })
  })
})

describe('the lease', () => {
  it('is shown as held by nobody before a worker ran, and then there is nothing to break', async () => {
    await desk.run(['migrate'])
    expect((await desk.json(['lease', 'show'])).envelope.data).toMatchObject({ lease: { name: 'zenodo', held: false } })
    const { code, stdout } = await desk.run(['lease', 'break'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('There is nothing to break.') })
  })
})

describe('the database', () => {
  it('is migrated by `migrate`, which says what it did, and does nothing the second time', async () => {
    const before = await desk.json(['migrate', 'status'])
    expect(before).toMatchObject({ code: 5, envelope: { ok: true, data: { current: false, applied: [] } } })
    const { code, envelope } = await desk.json(['migrate'])
    expect(code).toBe(0)
    expect(envelope.data).toMatchObject({ current: true, pending: [], migrated: before.envelope.data?.pending })
    expect((await desk.json(['migrate'])).envelope.data).toMatchObject({ migrated: [] })
  })

  it('without tables is told by commands that only read, with 5', async () => {
    const { code, envelope } = await desk.json(['list'])
    expect({ code, error: envelope.error?.code }).toEqual({ code: 5, error: 'schema_outdated' })
  })

  it.runIf(databases.includes('mariadb'))(
    'on MariaDB is migrated by `migrate` only, and then does everything',
    async () => {
      const database = await createEmptyDatabase('mariadb')
      try {
        const there = { DATABASE_URL: database.url }
        const manifest = await desk.manifest({ published: true })
        expect(await desk.json(['enqueue', manifest], there)).toMatchObject({
          code: 5,
          envelope: { error: { code: 'schema_outdated' } },
        })
        expect(await desk.json(['migrate'], there)).toMatchObject({
          code: 5,
          envelope: { error: { code: 'database_unreachable' } },
        })
        const owner = { DATABASE_URL: database.owner.url }
        expect((await desk.json(['migrate'], owner)).code).toBe(0)
        expect((await desk.run(['doctor'], owner)).stdout).toMatch(/warn +rights .* ALTER, .* in every database/)
        expect((await desk.run(['doctor'], there)).stdout).toMatch(/ok +rights +/)
        const { code, envelope } = await desk.json(['send', manifest], there)
        expect(code).toBe(0)
        expect(envelope.data?.copies).toMatchObject([{ state: 'finished' }, { state: 'finished' }])
      } finally {
        await database.drop()
      }
    },
  )

  it('that cannot be reached is told with 5, without its password', async () => {
    const { code, envelope } = await desk.json(['list'], { DATABASE_URL: 'mysql://user:hush@127.0.0.1:1/repo' })
    expect({ code, error: envelope.error?.code }).toEqual({ code: 5, error: 'database_unreachable' })
    expect(JSON.stringify(envelope)).not.toContain('hush')
  })
})

describe('doctor', () => {
  const checksOf = ({ data }: Envelope) => {
    const checks = data?.checks as Array<{ name: string; status: string }>
    return Object.fromEntries(checks.map(({ name, status }) => [name, status]))
  }

  it.each(['deposit', 'records'])('finds everything in order, by the %s API', async (api) => {
    await desk.run(['migrate'])
    const { code, envelope } = await desk.json(['doctor'], { ZENODO_REPLICATOR_ZENODO_API: api })
    expect(code).toBe(0)
    expect(checksOf(envelope)).toEqual({
      settings: 'ok',
      process: 'ok',
      disks: 'ok',
      secrets: 'ok',
      database: 'ok',
      server: 'ok',
      schema: 'ok',
      rights: 'ok',
      leader: 'warn',
      switches: 'ok',
      order: 'ok',
      counts: 'ok',
      clock: 'ok',
      host: 'ok',
      folders: 'ok',
      'sign-in': 'ok',
      webhook: 'ok',
      mail: 'ok',
      zenodo: 'ok',
      account: 'ok',
    })
  })

  it('tells a repository that has the records API only', async () => {
    await desk.run(['migrate'])
    const settings = { method: 'POST', body: JSON.stringify({ repository: 'invenio' }) }
    await fetch(`${desk.emulator.url}/_emulator/settings`, settings)
    const refused = await desk.json(['doctor'])
    expect(refused.code).toBe(6)
    expect(JSON.stringify(refused.envelope)).toContain('or set zenodo.api to records, if this is an InvenioRDM')
    expect((await desk.json(['doctor'], { ZENODO_REPLICATOR_ZENODO_API: 'records' })).code).toBe(0)
  })

  it('ends with the code of the first check that fails, and goes on with the others', async () => {
    const env = { ZENODO_TOKEN: 'wrong', ZENODO_REPLICATOR_SOURCES_FILE_ROOTS: '/absent' }
    const unmigrated = await desk.json(['doctor'], env)
    expect(unmigrated.code).toBe(6)
    expect(checksOf(unmigrated.envelope)).toMatchObject({ schema: 'warn', folders: 'warn', zenodo: 'fail' })
    await desk.run(['migrate'])
    expect((await desk.json(['doctor'], env)).code).toBe(6)
    expect((await desk.json(['doctor'], { ZENODO_TOKEN: '' })).code).toBe(3)
  })

  it('warns of a folder for old events that cannot be read and written to', async () => {
    const { envelope } = await desk.json(['doctor'], { ZENODO_REPLICATOR_RETENTION_FOLDER: '/absent' })
    expect(checksOf(envelope)).toMatchObject({ folders: 'warn' })
    expect(JSON.stringify(envelope)).toContain('/absent cannot be read and written to: ENOENT')
    const fine = await desk.json(['doctor'], { ZENODO_REPLICATOR_RETENTION_FOLDER: desk.folder })
    expect(checksOf(fine.envelope)).toMatchObject({ folders: 'ok' })
  })

  it('finds nothing wrong in a fresh folder, whose tables the first command makes', async () => {
    const { code, envelope } = await desk.json(['doctor'])
    expect(code).toBe(0)
    const here = { settings: 'ok', process: 'ok', disks: 'ok', secrets: 'ok' }
    const told = { 'sign-in': 'ok', webhook: 'ok', mail: 'ok' }
    const found = {
      ...here,
      database: 'ok',
      server: 'ok',
      schema: 'warn',
      host: 'ok',
      folders: 'ok',
      ...told,
      zenodo: 'ok',
    }
    expect(checksOf(envelope)).toEqual(found)
  })

  it('says what to do about a Zenodo that is not there, not about a copy', async () => {
    const { code, stdout } = await desk.run(['doctor'], { ZENODO_URL: 'http://127.0.0.1:1' })
    expect(code).toBe(6)
    expect(stdout).toContain('Check zenodo.url and the network')
    expect(stdout).not.toContain('requeue')
  })

  it('sees an order that somebody disturbed by hand, and puts it right when asked to', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const db = openDatabase(desk.env.DATABASE_URL!)
    await db.knex('zenodo_copies').update({ held_back: 1 })
    await db.close()
    expect((await desk.run(['doctor'])).stdout).toContain('In 1 family the stored order is not')
    expect(checksOf((await desk.json(['doctor'])).envelope)).toMatchObject({ order: 'warn' })
    const { envelope } = await desk.json(['doctor', '--repair'])
    expect(checksOf(envelope)).toMatchObject({ order: 'ok' })
    expect(envelope.data).toMatchObject({ repaired: 1 })
    const after = await desk.json(['doctor'])
    expect(checksOf(after.envelope)).toMatchObject({ order: 'ok' })
    expect(after.envelope.data).not.toHaveProperty('repaired')
  })

  it('tells how much it put right', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const db = openDatabase(desk.env.DATABASE_URL!)
    await db.knex('zenodo_copies').update({ held_back: 1 })
    await db.close()
    expect((await desk.run(['doctor', '--repair'])).stderr).toContain('The order of 1 family was put right.')
    expect((await desk.run(['doctor', '--repair'])).stderr).toContain('There was nothing to put right.')
  })

  it('asked to repair a SQLite database without tables, makes them', async () => {
    expect(await desk.json(['doctor', '--repair'])).toMatchObject({ code: 0, envelope: { data: { repaired: 0 } } })
  })

  it('shows what a person typed without what a terminal would obey', async () => {
    await desk.run(['migrate'])
    await desk.run(['pause', '--reason', 'lunch\u001b[2J\u001b]0;title\u0007\u009b5m'])
    const { stdout } = await desk.run(['doctor'])
    expect(stdout).toContain('lunch[2J]0;title5m')
    expect((await desk.run(['doctor', '--json'])).stdout).toContain('lunch\\u001b[2J')
  })

  it('tells people in sentences', async () => {
    await desk.run(['migrate'])
    const { stdout } = await desk.run(['doctor'], { ZENODO_REPLICATOR_WORKER_HOST: 'transfer1' })
    expect(stdout).toContain('This host is here, but transfers run on transfer1 only.')
    expect(stdout).not.toContain(desk.emulator.token)
  })
})

describe('config', () => {
  it('shows each value with the place it came from, and no secrets', async () => {
    const { code, envelope } = await desk.json(['config'], { DATABASE_URL: 'mysql://user:hush@db/repo' })
    expect(code).toBe(0)
    const settings = envelope.data?.settings as Array<{ path: string }>
    expect(settings.find(({ path }) => path === 'zenodo.url')).toEqual({
      path: 'zenodo.url',
      value: desk.emulator.url,
      origin: 'the variable ZENODO_URL',
    })
    expect(JSON.stringify(envelope)).not.toContain(desk.emulator.token)
    expect(JSON.stringify(envelope)).not.toContain('hush')
  })
})

describe('emulator', () => {
  it('says that its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { code, envelope } = await desk.json(['emulator', '--port', String((taken.address() as AddressInfo).port)])
    taken.close()
    expect(code).toBe(2)
    expect(envelope.error?.message).toContain('EADDRINUSE')
    expect(envelope.error?.hint).toContain('Choose another one with --port')
  })
})
