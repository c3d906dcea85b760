import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { commandList } from '../../src/cli/command-list.ts'
import { startService, stopServices } from '../support/service-process.ts'
import type { Envelope } from './setup.ts'

afterAll(stopServices)

async function run(args: readonly string[]) {
  const process = startService(args)
  const code = await process.ended()
  return { code, ...process.said() }
}

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout, stderr } = await run(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const { name } of commandList) expect(stdout).toMatch(new RegExp(`^ {2}${name.split(' ')[0]}\\b`, 'm'))
  })

  it.each(['enqueue', 'lease break'])(
    'of `%s` has an example, and the options that every command takes',
    async (name) => {
      const { code, stdout } = await run([...name.split(' '), '--help'])
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`Examples?:\\n.*zenodo-replicator ${name}`))
      expect(stdout).toContain('--json')
    },
  )

  it.each(commandList.map((spec) => [spec.name, spec] as const))(
    'has an example of `%s`, and the command itself',
    async (name, spec) => {
      for (const example of spec.examples) expect(example).toContain(`zenodo-replicator ${name}`)
      expect(spec.examples.length).toBeGreaterThan(0)
      expect(await spec.load()).toHaveProperty('run')
    },
  )

  it('is shown when no command is named, as bad usage', async () => {
    const { code, stdout, stderr } = await run([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: zenodo-replicator')
    expect((await run(['lease'])).stderr).toContain('Usage: zenodo-replicator lease')
  })
})

describe('bad usage', () => {
  it.each([
    [['lst'], 'Did you mean list?'],
    [['lst', '--help'], 'Did you mean list?'],
    [['lease', 'brek', '-h'], 'Did you mean break?'],
    [['enqueue', 'absent.json'], 'Check the name of the file'],
    [['list', '--stat', 'error'], 'Did you mean --state?'],
    [['list', '--state', 'eror'], 'Did you mean error?'],
    [['list', '--limit', '0'], 'a whole number from 1 to 1000'],
    [['enqueue', 'm.json', '--at', 'tomorrow'], 'ISO 8601'],
    [['enqueue'], "missing required argument 'manifest'"],
    [['show', 'x'], 'is not the id of a copy'],
    [['worker', '--wait'], '--wait goes with --once'],
    [['requeue'], 'Name the copies to requeue'],
    [['migrate', 'down'], 'accepted is status'],
  ])('%j ends with exit code 2 and says what is accepted', async (args, words) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
  })

  it('is told as one JSON document when JSON is wanted', async () => {
    const { code, stdout } = await run(['list', '--nonsense', '--json'])
    expect(code).toBe(2)
    const { ok, error } = JSON.parse(stdout) as Envelope
    expect({ ok, code: error?.code }).toEqual({ ok: false, code: 'bad_request' })
  })

  it('of settings ends with exit code 3, and with the list of problems', async () => {
    const process = startService(['config', '--json'], { ZENODO_REPLICATOR_WORKER_SLOTS: 'x' })
    expect(await process.ended()).toBe(3)
    const { error } = JSON.parse(process.said().stdout) as Envelope
    expect(error).toMatchObject({ code: 'config_invalid', details: { problems: [{ path: 'worker.slots' }] } })
  })
})

describe('the executable', () => {
  it('prints the version of the package', async () => {
    const { code, stdout } = await run(['--version'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('runs by itself from another folder', async () => {
    const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url))
    const { stdout } = await promisify(execFile)(bin, ['--version'], { cwd: '/' })
    expect(stdout).toMatch(/^\d/)
  })

  it('ends quietly when its reader goes away', async () => {
    const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url))
    const script = `set -o pipefail; "${process.execPath}" "${bin}" --help | true; echo "code $?"`
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script])
    expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' })
  })
})
