/** Do commands do the same over HTTP as on the database? */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from './setup.ts'

describe('--server', () => {
  let desk: Desk
  let remote: Record<string, string>
  const tokenOf = async (role: string) => {
    const { envelope } = await desk.json(['token', 'create', `a-${role}`, '--role', role])
    return envelope.data?.token as string
  }
  beforeAll(async () => {
    desk = await openDesk()
    const service = desk.start(['serve', '--port', '0'])
    await service.says(/answers at http\S+;/)
    const [, url = ''] = /answers at (http[^;]+);/.exec(service.said().stderr) ?? []
    const file = join(desk.folder, 'token')
    await writeFile(file, `${await tokenOf('admin')}\n`)
    const nowhere = `sqlite:${join(desk.folder, 'no', 'such', 'folder.sqlite')}`
    remote = {
      DATABASE_URL: nowhere,
      ZENODO_REPLICATOR_SERVER: url,
      ZENODO_REPLICATOR_SERVER_TOKEN_FILE: file,
    }
  }, 60_000)
  afterAll(async () => await desk.close())

  const both = async (...args: string[]) => {
    const [there, here] = await Promise.all([desk.json(args, remote), desk.json(args)])
    expect(there).toEqual(here)
    return here.envelope
  }
  const there = async (...args: string[]) => await desk.json(args, remote)

  it('brings copies in, shows them, moves them on, and pauses, with the data and exit codes of the database', async () => {
    const manifest = { doi: '10.5555/remote' } as const
    // a source relative to the manifest is nowhere to a service elsewhere
    const relative = await there('enqueue', await desk.manifest(manifest))
    expect(relative).toMatchObject({ code: 2, envelope: { error: { code: 'manifest_invalid' } } })
    const bare = await desk.manifest({ ...manifest, software: {}, data: {}, name: 'bare.json' })
    const document = JSON.parse(await readFile(bare, 'utf8')) as { files: { software: unknown[] } }
    document.files.software = [{ path: 'a.R', size: 3, source: 'https://example.org/a.R' }]
    await writeFile(bare, JSON.stringify(document))
    const enqueued = await there('enqueue', bare, '--type', 'software', '--priority', '3')
    expect(enqueued).toMatchObject({ code: 0, envelope: { data: { created: 1, existing: 0 } } })
    await both('enqueue', bare, '--type', 'software')
    const [copy] = enqueued.envelope.data!.copies!
    const id = String(copy!.id)

    await both(
      'list',
      '--state',
      'enqueued,error',
      '--type',
      'software',
      '--dataset',
      '10.5555/remote',
      '--no-blocked',
      '--sort',
      'size',
      '--order',
      'asc',
      '--limit',
      '1',
    )
    await both('show', id)
    const [far, near] = await Promise.all([desk.run(['show', id], remote), desk.run(['show', id])])
    expect(far.stdout).toBe(near.stdout)
    expect((await both('show', '99')).error).toMatchObject({ code: 'copy_not_found' })
    expect((await both('list', '--cursor', 'none')).error).toMatchObject({ code: 'bad_request' })

    expect((await both('defer', id, '--dry-run')).data).toMatchObject({ dryRun: true })
    const deferred = await there('defer', id, '99', '--reason', 'later')
    expect(deferred.envelope.data).toMatchObject({ copies: [{ id: copy!.id, state: 'deferred' }], unknown: [99] })
    const moved = async (...args: string[]) => (await there(...args)).envelope.data?.copies?.map(({ state }) => state)
    expect(await moved('resume', '--dataset', '10.5555/remote')).toEqual(['enqueued'])
    expect((await both('resume', id)).error).toMatchObject({ code: 'action_refused' })
    expect(await moved('cancel', id, '--yes')).toEqual(['cancelled'])
    expect(await moved('requeue', id)).toEqual(['enqueued'])

    expect((await there('pause', '--reason', 'storage')).envelope.data).toMatchObject({
      switches: [{ name: 'pause', by: 'api:a-admin', reason: 'storage' }],
    })
    await both('list')
    expect((await there('unpause')).envelope.data).toEqual({ wasPaused: true, switches: [] })
  }, 60_000)

  it('tells what is not right about the token, the address or the command, and a service that is away', async () => {
    const list = async (more: Record<string, string>) => {
      const { code, envelope } = await desk.json(['list'], { ...remote, ...more })
      return [code, envelope.error?.code]
    }
    const noFile = { ZENODO_REPLICATOR_SERVER_TOKEN_FILE: '' }
    expect(await list(noFile)).toEqual([3, 'config_invalid'])
    expect(await list({ ...noFile, ZENODO_REPLICATOR_SERVER_TOKEN: 'wrong' })).toEqual([3, 'token_required'])
    expect(await list({ ZENODO_REPLICATOR_SERVER: 'ftp://here' })).toEqual([2, 'bad_request'])
    expect(await list({ ZENODO_REPLICATOR_SERVER: 'http://127.0.0.1:9' })).toEqual([5, 'service_unreachable'])
    const viewer = { ...noFile, ZENODO_REPLICATOR_SERVER_TOKEN: await tokenOf('viewer') }
    const refused = await desk.json(['pause'], { ...remote, ...viewer })
    expect(refused).toMatchObject({ code: 2, envelope: { error: { code: 'role_required' } } })
    const worker = await desk.run(['worker', '--server', 'http://127.0.0.1:9'])
    expect(worker.code).toBe(2)
    expect(worker.stderr).toContain('`worker` does not go with --server')
    expect((await there('enqueue', '--ndjson', '-')).envelope.error?.message).toContain('works on the database only')
  }, 60_000)
})
