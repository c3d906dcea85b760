import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(async () => desk.close())

const copyFields = [
  ...'id dataset version type family state step blockedBy attempts priority runAfter depositionId'.split(' '),
  ...'conceptRecid doi recordUrl bytesDone bytesTotal filesDone filesTotal error note createdAt updatedAt finishedAt'.split(
    ' ',
  ),
]

describe('enqueue', () => {
  it('puts the copies of a manifest into an empty SQLite database, and finds them again', async () => {
    const path = await desk.manifest({ published: true, data: { 'table.csv': 'a,b\n' } })
    const first = await desk.json(['enqueue', path])
    expect(first.code).toBe(0)
    expect(first.envelope).toMatchObject({ ok: true, data: { created: 3, existing: 0 } })
    const copies = first.envelope.data?.copies ?? []
    expect(copies.map(({ type, state, blockedBy }) => [type, state, blockedBy])).toEqual([
      ['data', 'enqueued', null],
      ['software', 'enqueued', null],
      ['software_publish', 'enqueued', 2],
    ])
    expect(Object.keys(copies[0] ?? {})).toEqual(copyFields)
    const again = await desk.json(['enqueue', path])
    expect(again.envelope).toMatchObject({ data: { created: 0, existing: 3 } })
  })

  it('takes types, priority and time from its options', async () => {
    const path = await desk.manifest()
    const options = ['--type', 'software,software_publish', '--priority', '-99', '--at', '2099-01-01T00:00:00+01:00']
    const { envelope } = await desk.json(['enqueue', path, ...options])
    expect(envelope.data?.copies).toMatchObject([
      { type: 'software', priority: -99, runAfter: '2098-12-31T23:00:00.000Z' },
      { type: 'software_publish', priority: -99 },
    ])
  })

  it('refuses all manifests when one is wrong, names file and JSON path, and changes nothing', async () => {
    const good = await desk.manifest({ name: 'good.json' })
    const bad = await desk.manifest({ name: 'bad.json' })
    const document = JSON.parse(await readFile(bad, 'utf8'))
    document.version.number = 'three'
    await writeFile(bad, JSON.stringify(document))
    const broken = join(desk.folder, 'broken.json')
    await writeFile(broken, '{')
    const { code, envelope } = await desk.json(['enqueue', good, bad, broken, join(desk.folder, 'absent.json')])
    expect(code).toBe(2)
    expect(envelope.error).toMatchObject({
      code: 'manifest_invalid',
      details: {
        problems: [
          { file: bad, path: '$.version.number', found: '"three"' },
          { file: broken, path: '$', accepted: 'one JSON document' },
          { file: join(desk.folder, 'absent.json'), found: 'not readable (ENOENT)' },
        ],
      },
    })
    expect((await desk.json(['list'])).code).toBe(5) // not even the tables are there
  })

  it('refuses a manifest that is larger than any should be, without reading it to its end', async () => {
    const large = join(desk.folder, 'large.json')
    await writeFile(large, `{"schema": "${'x'.repeat(20 * 2 ** 20)}"}`)
    for (const name of [large, '/dev/zero']) {
      const { code, envelope } = await desk.json(['enqueue', name])
      expect(code).toBe(2)
      expect(envelope.error?.message).toContain('more than 8388608 bytes long')
    }
  })

  it('changes nothing when the rules refuse one of several manifests', async () => {
    const first = await desk.manifest({ name: 'first.json' })
    const empty = await desk.manifest({ name: 'empty.json', doi: '10.5555/other', software: {} })
    const { code, envelope } = await desk.json(['enqueue', first, empty])
    expect(code).toBe(2)
    expect(envelope.error?.code).toBe('nothing_to_enqueue')
    expect((await desk.json(['list'])).envelope.data?.copies).toEqual([])
  })

  it('says that it replaced a stored manifest, and that failed copies want a requeue', async () => {
    await desk.run(['enqueue', await desk.manifest({ absent: ['analysis.R'] })])
    await desk.run(['worker', '--once'])
    const corrected = await desk.manifest({ software: { 'corrected.R': 'print(2)\n' } })
    const { stderr } = await desk.run(['enqueue', corrected])
    expect(stderr.trim().split('\n')).toEqual([
      '0 enqueued, 1 were there already',
      '1 stored manifest was replaced',
      'Failed: `zenodo-replicator requeue 1` tries again.',
    ])
    const again = await desk.json(['enqueue', corrected])
    expect(again.envelope.data).toMatchObject({ created: 0, existing: 1, replaced: 0 })
    const third = await desk.manifest({ software: { 'third.R': 'print(3)\n' } })
    expect((await desk.json(['enqueue', third])).envelope.data).toMatchObject({ existing: 1, replaced: 1 })
  })

  it('reads a manifest from standard input, which has no folder for relative sources', async () => {
    const path = await desk.manifest()
    const text = await readFile(path, 'utf8')
    const relative = await enqueueFromInput(text)
    expect(relative).toMatchObject({ code: 2, envelope: { error: { code: 'manifest_invalid' } } })
    const absolute = await enqueueFromInput(text.replaceAll('file:', `file:${desk.folder}/`))
    expect(absolute).toMatchObject({ code: 0, envelope: { data: { created: 1 } } })
  })

  async function enqueueFromInput(text: string) {
    const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url))
    const child = spawn(process.execPath, [bin, 'enqueue', '-', '--json'], {
      env: { ...desk.env, PATH: process.env.PATH },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stdin.end(text)
    const [code] = await once(child, 'close')
    return { code, envelope: JSON.parse(stdout) }
  }
})

describe('list and show', () => {
  beforeEach(async () => {
    const one = await desk.manifest({ name: 'v1.json', published: true })
    const two = await desk.manifest({ name: 'v2.json', version: 2, doi: '10.5555/CLI' })
    await desk.run(['enqueue', one, two])
  })

  it('lists newest first, filters, and goes on with a cursor', async () => {
    const { envelope } = await desk.json(['list', '--limit', '2'])
    expect(envelope.data?.copies?.map(({ id }) => id)).toEqual([3, 2])
    const next = await desk.json(['list', '--limit', '2', '--cursor', String(envelope.data?.nextCursor)])
    expect(next.envelope.data).toMatchObject({ copies: [{ id: 1 }], nextCursor: null })
    const blocked = await desk.json(['list', '--blocked', '--order', 'asc', '--dataset', 'doi:10.5555/cli'])
    expect(blocked.envelope.data?.copies?.map(({ id }) => id)).toEqual([2, 3])
    const none = await desk.json(['list', '--state', 'error', '--type', 'data'])
    expect(none.envelope.data?.copies).toEqual([])
  })

  it('shows a table to people, with what each copy waits for', async () => {
    const { code, stdout } = await desk.run(['list'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^ID +STATE +TYPE +DATASET/)
    expect(stdout).toMatch(/^3 +blocked +software +10.5555\/cli .* waits for copy 1$/m)
  })

  it('tells the story of a copy: what holds it back, and what a person can do', async () => {
    const { stdout } = await desk.run(['show', '3'])
    expect(stdout).toContain('Copy 3: software of version 2 of 10.5555/cli')
    expect(stdout).toContain('It waits for copy 1 (software of version 1, enqueued), which goes first.')
    expect(stdout).toContain('zenodo-replicator defer 3')
    const { envelope } = await desk.json(['show', '3'])
    expect(envelope.data).toMatchObject({
      copy: { id: 3, blockedBy: 1 },
      events: [{ kind: 'enqueued' }],
      files: [{ path: 'analysis.R', state: 'pending' }],
      chain: [{ id: 1 }, { id: 2 }, { id: 3 }],
    })
  })

  it('says which copy there is none of', async () => {
    const { code, envelope } = await desk.json(['show', '99'])
    expect({ code, error: envelope.error?.code }).toEqual({ code: 2, error: 'copy_not_found' })
  })
})

describe('what a person does to copies', () => {
  const states = async () => {
    const { envelope } = await desk.json(['list', '--order', 'asc'])
    return envelope.data?.copies?.map(({ state }) => state)
  }
  beforeEach(async () => {
    await desk.run(['enqueue', await desk.manifest({ published: true })])
  })

  it('defers, resumes, cancels and requeues, with the reason in the event log', async () => {
    const deferred = await desk.json(['defer', '1', '--reason', 'the author asked'])
    expect(deferred.envelope).toMatchObject({ ok: true, data: { copies: [{ id: 1, state: 'deferred' }], refused: [] } })
    expect(await states()).toEqual(['deferred', 'enqueued'])
    await desk.run(['resume', '--state', 'deferred'])
    await desk.run(['cancel', '1', '--yes'])
    expect(await states()).toEqual(['cancelled', 'enqueued'])
    await desk.run(['requeue', '1'])
    expect(await states()).toEqual(['enqueued', 'enqueued'])
    const { envelope } = await desk.json(['show', '1'])
    const events = envelope.data?.events as Array<{ kind: string; actor: string; data: object }>
    expect(events.map(({ kind }) => kind)).toEqual(['enqueued', 'defer', 'resume', 'cancel', 'requeue'])
    expect(events[1]).toMatchObject({ actor: expect.stringMatching(/^cli:/), data: { reason: 'the author asked' } })
  })

  it('says what it would do, and does not do it, with --dry-run', async () => {
    const { envelope } = await desk.json(['cancel', '--dataset', '10.5555/cli', '--dry-run'])
    expect(envelope.data).toMatchObject({ dryRun: true, copies: [{ id: 1 }, { id: 2 }] })
    expect(await states()).toEqual(['enqueued', 'enqueued'])
  })

  it('does not cancel without a yes where nobody can be asked', async () => {
    const { code, envelope } = await desk.json(['cancel', '1'])
    expect({ code, error: envelope.error?.code }).toEqual({ code: 2, error: 'bad_request' })
    expect(await states()).toEqual(['enqueued', 'enqueued'])
  })

  it('refuses what the state does not allow, with the reason', async () => {
    const { code, envelope } = await desk.json(['resume', '1'])
    expect(code).toBe(2)
    expect(envelope.error).toMatchObject({
      code: 'action_refused',
      message: 'Cannot resume copy 1: it is waiting in the queue.',
    })
    expect((await desk.json(['defer', '77'])).envelope.error?.code).toBe('copy_not_found')
  })

  it('leaves cancelled copies alone when a whole dataset is requeued', async () => {
    await desk.run(['cancel', '1', '--yes'])
    await desk.run(['requeue', '--dataset', '10.5555/cli'])
    expect(await states()).toEqual(['cancelled', 'enqueued'])
    await desk.run(['requeue', '--dataset', '10.5555/cli', '--state', 'cancelled'])
    expect(await states()).toEqual(['enqueued', 'enqueued'])
  })
})
