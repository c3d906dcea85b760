/** Does a command load what it needs, and no more? What is loaded is most of what a start costs. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Loaded } from '../support/list-loaded.ts'
import { type Desk, openDesk } from './setup.ts'

const listing = `--import ${new URL('../support/list-loaded.ts', import.meta.url)}`

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  await desk.run(['migrate'])
})
afterAll(async () => desk.close())

async function loadedBy(...args: string[]): Promise<Loaded & { readonly names: readonly string[] }> {
  const file = join(desk.folder, 'loaded.json')
  const { code } = await desk.run(args, { NODE_OPTIONS: listing, LOADED_TO: file })
  expect(code).toBe(0)
  const loaded = JSON.parse(await readFile(file, 'utf8')) as Loaded
  return { ...loaded, names: [...new Set(loaded.addresses.flatMap(nameOf))] }
}

/** The package, or the room of ours with a slash, that a file is in. */
function nameOf(address: string): string[] {
  const [, owner, inside] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)|\/src\/(\w+\/)/.exec(address) ?? []
  const name = owner ?? inside
  return name === undefined ? [] : [name]
}

describe('what is loaded', () => {
  it('by --help is the command line alone, without the settings', async () => {
    const { names, addresses } = await loadedBy('--help')
    expect(names.toSorted()).toEqual(['cli/', 'commander', 'config/', 'core/'])
    expect(addresses.filter((address) => address.includes('/src/config'))).toMatchObject([
      expect.stringContaining('/src/config/log-levels.ts'),
    ])
    expect(addresses.some((address) => address.includes('/src/cli/commands/'))).toBe(false)
  })

  it('by a command that reads the table is nothing that goes to Zenodo, to sources, or to a log', async () => {
    const { names } = await loadedBy('list')
    expect(names).toContain('knex')
    const others = ['undici', 'pino', 'mysql2', 'zenodo/', 'transfer/', 'worker/', 'observe/', 'emulator/']
    expect(names.filter((name) => others.includes(name))).toEqual([])
  })

  it('by a worker with nothing to do is neither what sends, nor the other database, nor S3, nor what makes things pretty on a terminal', async () => {
    const { names } = await loadedBy('worker', '--once')
    expect(names).toEqual(expect.arrayContaining(['knex', 'zenodo/', 'transfer/', 'worker/']))
    const others = ['undici', 'mysql2', 'pino-pretty', 'cli-progress', 'emulator/']
    expect(names.filter((name) => others.includes(name) || name.startsWith('@aws-sdk/'))).toEqual([])
  })
})

it('compiled code is kept beside the code, for the next start', async () => {
  const { cache } = await loadedBy('--help')
  expect(cache).toContain(fileURLToPath(new URL('../../node_modules/.cache/zenodo-replicator/', import.meta.url)))
})
