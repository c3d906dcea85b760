import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../cli/setup.ts'
import { viewZenodo } from '../support/zenodo-view.ts'

describe('jobs on the command line', () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk()
    await desk.run(['send', await desk.manifest({ published: true, data: { 'a.csv': 'a\n' } }), '--publish'])
  })
  afterEach(() => desk.close())

  const access = async () => {
    const records = await viewZenodo(desk.emulator.url).records()
    return records.map(({ metadata }) => metadata.access_right)
  }

  it('121: an embargo asks first, is done by the worker, and is told in a report', async () => {
    const embargo = ['embargo', '10.5555/cli', '--until', '2099-01-01']
    expect(await desk.json([...embargo, '--dry-run'])).toMatchObject({
      code: 0,
      envelope: { data: { dryRun: true, concerned: 2, job: null } },
    })
    expect(await desk.json(embargo)).toMatchObject({ code: 2, envelope: { error: { code: 'bad_request' } } })
    expect((await desk.json(['embargo', '10.5555/cli'])).code).toBe(2)
    const { envelope } = await desk.json([...embargo, '--yes', '--reason', 'asked by the author'])
    expect(envelope.data).toMatchObject({ job: { id: 1, kind: 'embargo', state: 'waiting' } })
    expect(await access()).toEqual(['open', 'open'])
    await desk.run(['worker', '--once'])
    expect(await access()).toEqual(['embargoed', 'embargoed'])
    const shown = await desk.run(['job', 'show', '1'])
    expect(shown.stderr).toContain('Job 1 (embargo')
    expect(shown.stderr).toContain('Of 2: 2 done')
    expect(shown.stdout).toMatch(/10\.5555\/cli .*refreshed/)
    expect((await desk.run(['job', 'list'])).stdout).toMatch(/1 +embargo +finished +2\/2/)
    expect((await desk.json(['job', 'show', '7'])).envelope.error?.code).toBe('job_not_found')
  })

  it('119: a metadata refresh takes new manifests from a file, a document a line', async () => {
    const path = join(desk.folder, 'lines.ndjson')
    await writeFile(path, '{"schema":"zenodo-replicator/manifest/v1"}')
    const { envelope } = await desk.json(['refresh-metadata', path, '--yes'])
    expect(envelope.data).toMatchObject({ job: { id: 1, total: 1 } })
    await desk.run(['worker', '--once'])
    const shown = await desk.json(['job', 'show', '1', '--failed'])
    expect(shown.envelope.data).toMatchObject({ items: [{ finding: 'manifest_invalid' }], job: { failed: 1 } })
    expect((await desk.json(['job', 'cancel', '1'])).envelope.error?.code).toBe('action_refused')
    expect((await desk.json(['refresh-metadata', join(desk.folder, 'none'), '--yes'])).code).toBe(2)
  })
})
