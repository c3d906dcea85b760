import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { printable } from '../../src/config/printable.ts'
import { knownSettings } from '../../src/config/setting-tree.ts'
import { type ConfigRequest, configJsonSchema, loadConfig } from '../../src/config.ts'
import { isFailure } from '../../src/core/failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'zenodo-replicator-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(content: string): string {
  files += 1
  const path = join(folder, `${files}.yaml`)
  writeFileSync(path, content)
  return path
}

function load(request: Partial<ConfigRequest> = {}) {
  return loadConfig({ env: {}, hostname: 'here', ...request })
}

/** The problems of a configuration that is refused. */
function refused(request: Partial<ConfigRequest>): Array<{ path: string; source: string; message: string }> {
  try {
    load(request)
  } catch (error) {
    if (isFailure(error, 'config_invalid')) return error.details.problems as never
    throw error
  }
  throw new Error('it was accepted')
}

describe('layers', () => {
  it('takes every setting from the defaults, and this host as the designated one', () => {
    const { config, origins } = load()
    expect(config).toMatchObject({
      database: { url: 'sqlite:zenodo-replicator.sqlite' },
      zenodo: { url: 'https://sandbox.zenodo.org', token: '', requestsPerMinute: 100 },
      data: { doi: 'dataset' },
      worker: { slots: 3, host: ['here'], lease: { ttlSeconds: 30, quarantineSeconds: 60 } },
      retry: { attempts: 4 },
      hostname: 'here',
    })
    const unset = knownSettings.filter(({ path }) => origins[path]?.layer !== 'default')
    expect(unset.map(({ path }) => path)).toEqual(['worker.host'])
  })

  it('lets the file win over the defaults, the environment over the file, and flags over all', () => {
    const argvFile = file('worker:\n  slots: 4\n  filesInFlight: 5\n  pollSeconds: 0.5\n')
    const env = { ZENODO_REPLICATOR_WORKER_FILES_IN_FLIGHT: '6', ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.25' }
    const { config, origins } = load({ argvFile, env, flags: { 'worker.pollSeconds': 0.1, 'log.level': undefined } })
    expect(config.worker).toMatchObject({ slots: 4, filesInFlight: 6, pollSeconds: 0.1, maxRescues: 5 })
    expect(origins['worker.slots']).toEqual({ layer: 'file', file: argvFile })
    expect(origins['worker.filesInFlight']).toEqual({
      layer: 'environment',
      variable: 'ZENODO_REPLICATOR_WORKER_FILES_IN_FLIGHT',
    })
    expect(origins['worker.pollSeconds']).toEqual({ layer: 'flag' })
  })

  it('reads the file that ZENODO_REPLICATOR_CONFIG names, unless one is named on the command line', () => {
    const named = file('worker: { slots: 7 }\n')
    const env = { ZENODO_REPLICATOR_CONFIG: named }
    expect(load({ env }).config.worker.slots).toBe(7)
    expect(load({ env, argvFile: file('worker: { slots: 8 }\n') }).config.worker.slots).toBe(8)
  })

  it('takes keys without a value, and empty variables, as not written', () => {
    const argvFile = file('zenodo:\n  token:\nworker:\n')
    expect(load({ argvFile, env: { ZENODO_URL: '' } }).config.zenodo).toMatchObject({
      token: '',
      url: 'https://sandbox.zenodo.org',
    })
  })
})

describe('the environment', () => {
  it('derives each name from the path of the setting', () => {
    const names = new Map(knownSettings.map(({ path, variable }) => [path, variable]))
    expect(names.get('worker.lease.ttlSeconds')).toBe('ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS')
    expect(names.get('limits.bytesPerRecord')).toBe('ZENODO_REPLICATOR_LIMITS_BYTES_PER_RECORD')
    expect(names.get('packaging')).toBe('ZENODO_REPLICATOR_PACKAGING')
  })

  it('knows the well-known names, and prefers the long ones', () => {
    const env = {
      DATABASE_URL: 'mysql://u:p@db:3306/repo',
      ZENODO_URL: 'https://zenodo.org',
      ZENODO_TOKEN: 'short',
      ZENODO_REPLICATOR_ZENODO_TOKEN: 'long',
    }
    const { config } = load({ env })
    expect(config.database.url).toBe('mysql://u:p@db:3306/repo')
    expect(config.zenodo).toMatchObject({ url: 'https://zenodo.org', token: 'long' })
  })

  it.each([
    ['a,b', ['a', 'b']],
    ['["a", "b"]', ['a', 'b']],
    ['a', ['a']],
  ])('reads %s as a list', (text, list) => {
    const env = { ZENODO_REPLICATOR_WORKER_HOST: text, ZENODO_REPLICATOR_ZENODO_COMMUNITIES: text }
    const { config } = load({ env })
    expect(config.worker.host).toEqual(list)
    expect(config.zenodo.communities).toEqual(list)
  })

  it.each([
    ['true', true],
    ['1', true],
    ['no', false],
  ])('reads %s as a boolean', (text, value) => {
    const env = { ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: text }
    expect(load({ env }).config.sources.allowPrivateAddresses).toBe(value)
  })

  it('takes the name of this host from ZENODO_REPLICATOR_HOSTNAME', () => {
    const { config } = loadConfig({ env: { ZENODO_REPLICATOR_HOSTNAME: 'elsewhere' } })
    expect(config.hostname).toBe('elsewhere')
    expect(config.worker.host).toEqual(['elsewhere'])
  })

  it('refuses a variable it does not know, with the nearest one', () => {
    const [problem] = refused({ env: { ZENODO_REPLICATOR_WORKER_SLOT: '3' } })
    expect(problem).toMatchObject({ path: 'ZENODO_REPLICATOR_WORKER_SLOT', source: 'the environment' })
    expect(problem?.message).toContain('ZENODO_REPLICATOR_WORKER_SLOTS')
  })
})

describe('refusals', () => {
  it('names path, file, what was found and what is accepted', () => {
    const argvFile = file('worker:\n  slots: many\n')
    expect(refused({ argvFile })).toMatchObject([
      {
        path: 'worker.slots',
        source: argvFile,
        message: `worker.slots (from ${argvFile}) is "many"; accepted is a whole number from 1 to 100`,
      },
    ])
  })

  it('names the variable that a refused value came from', () => {
    const [problem] = refused({ env: { ZENODO_REPLICATOR_RETRY_ATTEMPTS: '0' } })
    expect(problem).toMatchObject({ path: 'retry.attempts', source: 'the variable ZENODO_REPLICATOR_RETRY_ATTEMPTS' })
  })

  it('tells every problem at once, and the nearest known key for an unknown one', () => {
    const problems = refused({ argvFile: file('worker:\n  slot: 3\n  lease: 5\nzenod: {}\n') })
    expect(problems.map(({ path }) => path)).toEqual(['worker.slot', 'worker.lease', 'zenod'])
    expect(problems[0]?.message).toContain('did you mean slots?')
    expect(problems[2]?.message).toContain('did you mean zenodo?')
  })

  it.each([
    ['packaging: always', 'packaging', 'one of auto, never'],
    ['zenodo: { url: "ftp://zenodo.org" }', 'zenodo.url', 'http: or https:'],
    ['zenodo: { url: "https://user:pw@zenodo.org" }', 'zenodo.url', 'without user name'],
    ['database: { url: "postgres://h/x" }', 'database.url', 'mysql://user:password@host:port/name or sqlite:PATH'],
    ['sources: { fileRoots: [data] }', 'sources.fileRoots', 'absolute folders'],
    ['worker: { host: [] }', 'worker.host', 'a list of host names'],
    ['retry: { baseSeconds: 60, maxSeconds: 5 }', 'retry.maxSeconds', 'at least retry.baseSeconds'],
    ['worker: { filesInFlight: 20 }', 'worker.filesInFlightMost', 'at least worker.filesInFlight, which is 20'],
    ['worker: { lease: { ttlSeconds: 0 } }', 'worker.lease.ttlSeconds', 'fractions allowed'],
  ])('refuses %s', (yaml, path, accepted) => {
    const [problem] = refused({ argvFile: file(yaml) })
    expect(problem?.path).toBe(path)
    expect(problem?.message).toContain(accepted)
  })

  it('says where a file stops being YAML, and that a file is missing', () => {
    expect(refused({ argvFile: file('worker:\n  - [') })[0]?.message).toMatch(/not YAML at line 2/)
    expect(refused({ argvFile: join(folder, 'absent.yaml') })[0]?.message).toContain('not readable (ENOENT)')
  })

  it('accepts fractions of seconds', () => {
    const env = { ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: '1.5' }
    expect(load({ env }).config.worker.lease.ttlSeconds).toBe(1.5)
  })

  it('shows neither token nor password of a refused value', () => {
    const env = { ZENODO_TOKEN: 'top secret', DATABASE_URL: 'postgres://u:hush/hush@h/x' }
    const text = JSON.stringify(refused({ env }))
    expect(text).not.toMatch(/top secret|hush/)
  })
})

describe('the token', () => {
  const tokenFile = () => file('from-the-file\n')

  it('comes from its file, without the line end', () => {
    expect(load({ env: { ZENODO_TOKEN_FILE: tokenFile() } }).config.zenodo.token).toBe('from-the-file')
  })

  it('is taken from the stronger layer when both are there', () => {
    const argvFile = file(`zenodo: { tokenFile: "${tokenFile()}" }\n`)
    expect(load({ argvFile, env: { ZENODO_TOKEN: 'typed' } }).config.zenodo.token).toBe('typed')
    const other = file('zenodo: { token: written }\n')
    expect(load({ argvFile: other, env: { ZENODO_TOKEN_FILE: tokenFile() } }).config.zenodo.token).toBe('from-the-file')
  })

  it('is refused when one layer names both, or the file is missing or empty', () => {
    const both = refused({ env: { ZENODO_TOKEN: 'typed', ZENODO_TOKEN_FILE: tokenFile() } })
    expect(both[0]?.message).toContain('not both')
    expect(refused({ env: { ZENODO_TOKEN_FILE: join(folder, 'absent') } })[0]?.message).toContain('may read')
    expect(refused({ env: { ZENODO_TOKEN_FILE: file('') } })[0]?.path).toBe('zenodo.tokenFile')
  })
})

describe('what people are shown', () => {
  it('hides token and password, and tells where each value came from', () => {
    const argvFile = file('worker: { slots: 4 }\n')
    const env = { ZENODO_TOKEN: 'topsecret', DATABASE_URL: 'mysql://user:hush@db/repo' }
    const { config, origins } = load({ argvFile, env })
    const rows = new Map(printable(config, origins).map((row) => [row.path, row]))
    expect(rows.get('zenodo.token')).toEqual({
      path: 'zenodo.token',
      value: '(hidden)',
      origin: 'the variable ZENODO_TOKEN',
    })
    expect(rows.get('worker.slots')).toEqual({ path: 'worker.slots', value: 4, origin: argvFile })
    expect(rows.get('worker.host')?.origin).toBe('this host')
    expect(JSON.stringify([...rows.values()])).not.toMatch(/topsecret|hush/)
  })

  it('accepts the example for production', () => {
    const argvFile = new URL('../../config/example.production.yaml', import.meta.url).pathname
    expect(load({ argvFile }).config.worker.host).toEqual(['transfer1.example.org', 'transfer2.example.org'])
  })

  it('describes every setting in the JSON Schema, with its default and without required keys', () => {
    const schema = JSON.stringify(configJsonSchema())
    expect(schema).not.toContain('"required"')
    for (const { path } of knownSettings) {
      const leaf = path.split('.').reduce<Record<string, unknown>>((at, key) => {
        return (at.properties as Record<string, Record<string, unknown>>)[key] ?? {}
      }, configJsonSchema())
      expect(leaf.description, path).toBeTruthy()
      if (path !== 'worker.host') expect(leaf, path).toHaveProperty('default')
    }
  })
})
