/** Does every configuration come to settings, or to a refusal that names what is wrong and shows no secret? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { knownSettings } from '../../src/config/setting-tree.ts'
import { loadConfig } from '../../src/config.ts'
import { isFailure } from '../../src/core/failure.ts'
import { anyJson, mutated } from './any-json.ts'
import { chance, patience } from './fuzzing.ts'

const folder = mkdtempSync(join(tmpdir(), 'zenodo-replicator-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'config.yaml')

const secret = '5ecretThatNobodyMaySee'
const settings = {
  database: { url: `mysql://user:${secret}@db:3306/copies` },
  zenodo: { url: 'https://zenodo.org', token: secret, api: 'deposit', communities: ['dryad'], requestsPerMinute: 5 },
  data: { doi: 'zenodo' },
  limits: { filesPerRecord: 100 },
  sources: { fileRoots: ['/data'], allowPrivateAddresses: false },
  worker: { host: ['a', 'b'], slots: 3, filesInFlight: 4, filesInFlightMost: 8, lease: { ttlSeconds: 30 } },
  retry: { attempts: 4, baseSeconds: 1, maxSeconds: 60 },
  log: { level: 'info' },
}

function judge(request: { readonly argvFile?: string; readonly env?: Record<string, string> }): void {
  try {
    const { config } = loadConfig({ env: {}, hostname: 'here', ...request })
    expect(config.worker.slots).toBeGreaterThan(0)
    expect(config.worker.host.every((host) => typeof host === 'string')).toBe(true)
  } catch (error) {
    if (!isFailure(error, 'config_invalid')) throw error
    const told = `${error.message} ${JSON.stringify(error.details)}`
    expect(told).not.toContain(secret)
    expect(error.details.problems).not.toEqual([])
  }
}

test('any file is understood or refused', { timeout: patience }, () => {
  const file = fc.oneof(
    { weight: 6, arbitrary: mutated(settings).map((value) => stringify(value) ?? '') },
    { weight: 2, arbitrary: mutated(settings).map((value) => JSON.stringify(value) ?? '') },
    anyJson.map((value) => stringify(value) ?? ''),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('', '---', '%YAML 9.9', 'a: &a [*a]', '<<: *x', '!!js/function x', '? ? ?', '- - - -', '\t', 'a: b: c', '!!binary x', `${'['.repeat(5000)}`, `${'a: {'.repeat(2000)}`), // biome-ignore format: a list of words
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  )
  const load = (text: string) => {
    writeFileSync(path, text)
    judge({ argvFile: path })
  }
  fc.assert(fc.property(file, load), chance(150))
})

test('a file that unfolds to more than memory holds is refused', () => {
  const levels = 'bcdefghijklmnopqrstuvwxyz'.split('').map((name, at) => {
    const before = String.fromCharCode(97 + at)
    return `${name}: &${name} [${`*${before},`.repeat(10)}]`
  })
  writeFileSync(path, `a: &a [${'x,'.repeat(10)}]\n${levels.join('\n')}\n`)
  expect(() => loadConfig({ env: {}, hostname: 'here', argvFile: path })).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})

test('any environment is understood or refused', { timeout: patience }, () => {
  const name = fc.oneof(
    fc.constantFrom(
      ...knownSettings.map(({ variable }) => variable),
      'DATABASE_URL',
      'ZENODO_TOKEN',
      'ZENODO_TOKEN_FILE',
    ),
    fc.string({ maxLength: 10 }).map((text) => `ZENODO_REPLICATOR_${text.toUpperCase()}`),
  )
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '0',
      '-1',
      '1e999',
      'NaN',
      'true',
      '[',
      '["a"',
      '[1]',
      'null',
      '/nowhere/at/all',
      '\0',
      'a,b',
      ' ',
      '{}',
    ),
    fc.double().map(String),
    anyJson.map((json) => JSON.stringify(json) ?? ''),
  )
  const environment = fc.dictionary(name, value, { maxKeys: 4 })
  fc.assert(
    fc.property(environment, (env) => judge({ env: { ...env, ZENODO_REPLICATOR_ZENODO_TOKEN: `${secret} ` } })),
    chance(250),
  )
})
