/** Does every document come to a manifest that everything behind can work with, or to a list of what is wrong with it? */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyTypes } from '../../src/core/copy.ts'
import { isFailure } from '../../src/core/failure.ts'
import { parseEnqueueDocument } from '../../src/core/manifest/enqueue-document.ts'
import { filesOfFamily } from '../../src/core/manifest/family-files.ts'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'
import { depositMetadata, metadataShown } from '../../src/core/metadata/deposit-metadata.ts'
import { enqueueAll } from '../../src/replication/enqueue.ts'
import { enqueueLines, type LineResult } from '../../src/replication/enqueue-lines.ts'
import { recordBody } from '../../src/zenodo/records/record-metadata.ts'
import { fullInput } from '../core/full-manifest.ts'
import { type Bench, createBench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { anyJson, mutated } from './any-json.ts'
import { chance, patience } from './fuzzing.ts'

const overrides = {
  title: 'Other title',
  creators: [{ name: 'Doe, J', orcid: '0000-0002-1825-0097' }],
  access_right: 'embargoed',
  embargo_date: '2030-01-01',
  license: 'cc-by-4.0',
  communities: ['dryad', { identifier: 'x' }],
  grants: [{ id: '10.13039/501100000780::283595' }],
  subjects: [{ term: 'Astronomy', identifier: 'http://id.loc.gov/x', scheme: 'url' }],
  dates: [{ start: '2018-03-21', end: '2018-03-25', type: 'Collected' }],
  related_identifiers: [{ identifier: '10.1234/foo', relation: 'isSupplementTo', resource_type: 'dataset' }],
  custom: { 'code:codeRepository': 'https://example.org' },
  journal_title: 'J',
  language: 'eng',
}
const whole = { ...fullInput(), zenodo: overrides }
const document = fc.oneof({ weight: 8, arbitrary: mutated(whole) }, anyJson)

function requireUsable(manifest: Manifest): void {
  for (const family of ['data', 'software', 'supp'] as const) {
    for (const dataDoi of ['dataset', 'zenodo'] as const) {
      const metadata = depositMetadata({ manifest, family, doi: null, dataDoi, communities: ['c'] })
      expect(metadataShown(metadata, { ...metadata })).toBeInstanceOf(Array)
      expect(JSON.stringify(recordBody(metadata, { publisher: 'Z', today: '2026-11-24' })).isWellFormed()).toBe(true)
    }
    for (const { path, source } of filesOfFamily(manifest, family)) {
      expect(path.split('/')).not.toContain('..')
      expect(source.startsWith('file:') || URL.canParse(source)).toBe(true)
    }
  }
}

test('a document is accepted and usable, or refused with paths', { timeout: patience }, () => {
  let accepted = 0
  const judge = (input: unknown) => {
    const parsed = parseManifest(input)
    if (parsed.ok) {
      accepted += 1
      requireUsable(parsed.manifest)
      // what is stored is read again with every claim
      const stored = JSON.stringify(parsed.manifest)
      const again = parseManifest(JSON.parse(stored))
      expect(again.ok && JSON.stringify(again.manifest)).toBe(stored)
      return
    }
    expect(parsed.problems.length).toBeGreaterThan(0)
    for (const { path, message } of parsed.problems) {
      expect(path).toMatch(/^\$/)
      expect(message.length).toBeLessThan(2000)
      expect(message.isWellFormed()).toBe(true)
    }
  }
  fc.assert(fc.property(document, judge), chance(1500))
  expect(accepted).toBeGreaterThan(50)
  expect({}).not.toHaveProperty('polluted')
})

test('what may stand around a manifest is judged as well', { timeout: patience }, () => {
  const wrapped = { manifest: fullInput(), types: ['data'], priority: 5, runAfter: '2026-11-01T20:00:00+01:00' }
  const judge = (input: unknown) => {
    const parsed = parseEnqueueDocument(input)
    if (parsed.ok) {
      const { types, priority, runAfter } = parsed.document
      for (const type of types ?? []) expect(copyTypes).toContain(type)
      expect(Number.isInteger(priority ?? 0)).toBe(true)
      expect(Number.isNaN(Date.parse(runAfter ?? '2026-01-01'))).toBe(false)
    } else expect(parsed.problems.length).toBeGreaterThan(0)
  }
  fc.assert(fc.property(mutated(wrapped), judge), chance(500))
})

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** The bytes in pieces of these lengths, in turn. */
async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? bytes.length)
    yield bytes.subarray(at, end)
    at = end
  }
}

let bench: Bench
beforeAll(async () => {
  bench = await createBench(databases.at(-1) ?? 'sqlite')
})
afterAll(async () => await bench.drop())

const defaults = { types: null, publish: true, priority: null, runAfter: null, fileRoot: null, requestedBy: 'fuzz' }
const ports = () => ({ intake: bench.store.intake, emit: () => {} })

test('of any manifest that is accepted, the table takes all or nothing', { timeout: patience }, async () => {
  const store = async (input: unknown) => {
    const parsed = parseManifest(input)
    if (!parsed.ok) return
    const stored = await enqueueAll(ports(), [{ ...defaults, manifest: parsed.manifest }]).catch(
      (error: unknown) => error,
    )
    if (isFailure(stored)) expect(stored.next).toBe('refuse')
    else expect(stored).toBeInstanceOf(Array)
  }
  await fc.assert(fc.asyncProperty(mutated(whole), store), chance(150))
})

test('each line of any stream is accepted or refused, in order, however its bytes come', {
  timeout: patience,
}, async () => {
  const line = fc.oneof(
    mutated(whole).map((value) => bytesOf(`${JSON.stringify(value)}\n`)),
    mutated({ manifest: whole, types: ['data'] }).map((value) => bytesOf(`${JSON.stringify(value)}\r\n`)),
    anyJson.map((value) => bytesOf(`${JSON.stringify(value)}\n`)),
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ maxLength: 60 }).map((text) => bytesOf(`${text}\n`)),
  )
  const stream = fc.array(line, { maxLength: 8 }).map((parts) => Buffer.concat(parts))
  const judge = async (bytes: Buffer, lengths: readonly number[]) => {
    const results: LineResult[] = []
    for await (const batch of enqueueLines(ports(), inPieces(bytes, lengths), defaults)) results.push(...batch)
    const numbers = results.map((result) => result.line)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    for (const result of results) {
      if (result.status === 'refused')
        expect([result.failure.next, result.failure.code]).toEqual(['refuse', expect.anything()])
    }
  }
  const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 3 })
  await fc.assert(fc.asyncProperty(stream, pieces, judge), chance(60))
})
