import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { generatedDocs } from './support/generated-docs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const docs = await generatedDocs()

describe('documents made from the code', () => {
  it.each(Object.entries(docs))('%s is current (else: npm run docs)', (path, content) => {
    expect(readFileSync(`${root}/${path}`, 'utf8')).toBe(content)
  })
})

describe('the walls between rooms', () => {
  it.each([
    ['core', "import '../db/connection.ts'"],
    ['core', "import 'node:fs'"],
    ['replication', "import '../zenodo/client.ts'"],
    ['replication', "import 'knex'"],
    ['db', "import '../transfer/transfer.ts'"],
    ['zenodo', "import '../replication/run-copy.ts'"],
    ['transfer', "import '../zenodo/client.ts'"],
    ['worker', "import '../db/connection.ts'"],
    ['observe', "import '../replication/enqueue.ts'"],
    ['emulator', "import '../core/copy.ts'"],
    ['cli', "import '../db/connection.ts'"],
    ['http', "import '../db/connection.ts'"],
    ['http', "import '../cli/output.ts'"],
  ])('in %s, `%s` is refused', (room, line) => {
    const file = `${root}/src/${room}/planted-import.ts`
    writeFileSync(file, `${line}\n`)
    try {
      expect(lint(file)).toContain('noRestrictedImports')
    } finally {
      rmSync(file)
    }
  })

  it('lets a hand import the ports', () => {
    const file = `${root}/src/db/planted-allowed.ts`
    writeFileSync(
      file,
      "import type { LeaseRow } from '../replication/ports/lease.ts'\n\nexport type Planted = LeaseRow\n",
    )
    try {
      expect(lint(file)).not.toContain('noRestrictedImports')
    } finally {
      rmSync(file)
    }
  })
})

function lint(file: string): string {
  try {
    return execFileSync(`${root}/node_modules/.bin/biome`, ['lint', '--colors=off', file], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return stdout + stderr
  }
}
