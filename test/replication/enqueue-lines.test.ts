/** Does a stream of any length go into the table line by line, and is each line told what became of it? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longestDocument } from '../../src/core/manifest/json-text.ts'
import { enqueueLines, type LineDefaults, type LineResult } from '../../src/replication/enqueue-lines.ts'
import { linesOf } from '../../src/replication/lines.ts'
import { type Bench, createBench, requestOf } from '../db/setup.ts'
import { databases } from '../support/database.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

async function* chunksOf(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const whole = typeof text === 'string' ? bytes(text) : text
  for (let start = 0; start < whole.length; start += size) yield whole.subarray(start, start + size)
}

describe('lines of a stream', () => {
  const texts = async (text: string | Uint8Array, { size = 3, longest = 100 } = {}) => {
    const lines = []
    for await (const { number, text: line } of linesOf(chunksOf(text, size), longest)) lines.push([number, line])
    return lines
  }

  it.each([1, 2, 3, 5, 1000])('are the same however the bytes come in, %i at a time', async (size) => {
    const text = '\uFEFFfirst\nzwei ü\r\n\nfour €'
    expect(await texts(text, { size })).toEqual([
      [1, 'first'],
      [2, 'zwei ü\r'],
      [3, ''],
      [4, 'four €'],
    ])
  })

  it('are passed over when they are too long, and the next one is read again', async () => {
    expect(await texts('12345\n123456\n1\n', { longest: 5 })).toEqual([
      [1, '12345'],
      [2, null],
      [3, '1'],
    ])
  })

  it('that are not UTF-8 have no text', async () => {
    expect(await texts(new Uint8Array([65, 10, 0xff, 0xfe, 10, 66]))).toEqual([
      [1, 'A'],
      [2, null],
      [3, 'B'],
    ])
  })
})

const defaults: LineDefaults = {
  ...{ types: ['data'], publish: false, priority: null, runAfter: null },
  ...{ fileRoot: null, requestedBy: 'tester' },
}

describe.each(databases)('a stream on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())
  const ports = () => ({ intake: bench.store.intake, emit: () => {} })
  const manifest = (doi: string, number = 1) => requestOf({ doi: `10.5061/dryad.${doi}`, number }).manifest
  const send = async (chunks: AsyncIterable<Uint8Array>) => {
    const results: LineResult[] = []
    for await (const batch of enqueueLines(ports(), chunks, defaults)) results.push(...batch)
    return results
  }
  const told = (result: LineResult) =>
    result.status === 'refused'
      ? [result.line, result.failure.code, result.failure.message]
      : [result.line, ...result.copies.map(({ copy, created }) => `${created ? 'new' : 'old'} ${copy.type}`)]

  it('takes bare manifests and those with types, priority and time, and answers each line', async () => {
    const lines = [
      JSON.stringify(manifest('bare')),
      '',
      JSON.stringify({
        ...{ manifest: manifest('wrapped'), types: ['software', 'supp'], priority: -3 },
        runAfter: '2031-02-03T05:05:06+01:00',
      }),
      JSON.stringify(manifest('bare')),
    ]
    const results = await send(chunksOf(lines.join('\n'), 100))
    expect(results.map(told)).toEqual([
      [1, 'new data'],
      [3, 'new software', 'new supp'],
      [4, 'old data'],
    ])
    const { copies } = await bench.store.reading.list({ dataset: '10.5061/dryad.wrapped' })
    for (const copy of copies) expect(copy).toMatchObject({ priority: -3, runAfter: '2031-02-03T04:05:06.000Z' })
  })

  it('tells each refused line why, and takes those around it', async () => {
    const relative = manifest('relative')
    const lines = [
      JSON.stringify(manifest('around', 1)),
      '{ not json',
      JSON.stringify({ manifest: { ...manifest('x'), dataset: {} }, types: ['data'] }),
      JSON.stringify({ manifest: manifest('x'), types: [], when: 'now' }),
      JSON.stringify({ ...relative, files: { data: [{ path: 'a', size: 1, source: 'file:a' }] } }),
      JSON.stringify({ ...manifest('x'), files: { data: [] } }),
      JSON.stringify(manifest('around', 2)),
    ]
    const results = (await send(chunksOf(lines.join('\n'), 1000))).map(told)
    expect(results[0]).toEqual([1, 'new data'])
    expect(results[1]).toMatchObject([2, 'manifest_invalid', expect.stringMatching(/^Line 2: it is not JSON/)])
    expect(results[2]![2]).toMatch(/^Line 3: \$\.manifest\.dataset\.doi is missing/)
    expect(results[3]![2]).toMatch(/^Line 4: \$\.types is .* \(and 1 more\)\.$/)
    expect(results[4]![2]).toMatch(/^Line 5: \$\.files\.data\[0\]\.source is a relative path/)
    expect(results[5]).toMatchObject([6, 'nothing_to_enqueue', expect.anything()])
    expect(results[6]).toEqual([7, 'new data'])
  })

  it('passes over a line that is longer than any manifest should be, and says how long it is', async () => {
    const rest = bytes(`\n${JSON.stringify(manifest('afterwards'))}\n`)
    const tooLong = new Uint8Array(longestDocument + 1).fill(65)
    async function* chunks() {
      yield tooLong
      yield rest
    }
    const results = (await send(chunks())).map(told)
    expect(results).toEqual([
      [1, 'manifest_invalid', expect.stringContaining(`Line 1: it is ${longestDocument + 1} bytes long`)],
      [2, 'new data'],
    ])
  })

  it('is read no further than it is stored, however long it is', async () => {
    let produced = 0
    async function* endless() {
      for (; ; produced += 1) yield bytes(`not json ${produced}\n`)
    }
    let results = 0
    for await (const batch of enqueueLines(ports(), endless(), defaults)) {
      results += batch.length
      expect(produced - results).toBeLessThanOrEqual(1001)
      if (results >= 5000) break
    }
    expect(results).toBe(5000)
  })

  it('that breaks off leaves what came before, and can be sent again', async () => {
    const lines = Array.from({ length: 700 }, (_, index) => `${JSON.stringify(manifest(`broken${index}`))}\n`)
    async function* broken() {
      yield bytes(lines.slice(0, 600).join(''))
      throw new Error('the line went dead')
    }
    const before: LineResult[] = []
    const reading = async () => {
      for await (const batch of enqueueLines(ports(), broken(), defaults)) before.push(...batch)
    }
    await expect(reading()).rejects.toThrow('the line went dead')
    expect(before).toHaveLength(500)
    const again = await send(chunksOf(lines.join(''), 65_536))
    expect(again.filter((one) => one.status === 'accepted' && one.copies[0]!.created)).toHaveLength(200)
    expect(again).toHaveLength(700)
  })

  it('keeps one that the database cannot take from keeping the others out', async () => {
    const title = 'This one cannot be stored'
    const refuse = { mariadb: 'SIGNAL SQLSTATE "45000" SET MESSAGE_TEXT = "no"', sqlite: "SELECT RAISE(ABORT, 'no')" }
    const when = { mariadb: `IF NEW.manifest LIKE '%${title}%' THEN ${refuse.mariadb}; END IF`, sqlite: refuse.sqlite }
    const condition = kind === 'sqlite' ? `WHEN NEW.manifest LIKE '%${title}%'` : ''
    await bench.owner.db.knex.raw(
      `CREATE TRIGGER picky BEFORE INSERT ON dataset_versions FOR EACH ROW ${condition} BEGIN ${when[kind]}; END`,
    )
    const bad = { ...manifest('bad'), metadata: { ...manifest('bad').metadata, titles: [{ title }] } }
    const lines = [manifest('good1'), bad, manifest('good2')].map((one) => JSON.stringify(one))
    const results = (await send(chunksOf(lines.join('\n'), 1000))).map(told)
    await bench.owner.db.knex.raw('DROP TRIGGER picky')
    expect(results).toEqual([
      [1, 'new data'],
      [2, 'internal_error', expect.anything()],
      [3, 'new data'],
    ])
  })
})
