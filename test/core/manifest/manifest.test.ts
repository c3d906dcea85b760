import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../../src/core/manifest/manifest.ts'
import { fullInput, fullMetadata } from '../full-manifest.ts'

const minimal = {
  schema: 'zenodo-replicator/manifest/v1',
  dataset: { doi: '10.5061/dryad.abc' },
  version: { number: 1 },
  metadata: {},
}

function accepted(input: unknown) {
  const parsed = parseManifest(input)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.manifest
}

function refused(input: unknown) {
  const parsed = parseManifest(input)
  return parsed.ok ? [] : parsed.problems
}

const paths = (input: unknown) => refused(input).map(({ path }) => path)
const withFile = (file: object) => ({
  ...minimal,
  files: { data: [{ path: 'a.txt', size: 1, source: 'file:a.txt', ...file }] },
})
const withVersion = (version: object) => ({ ...minimal, version: { number: 1, ...version } })

describe('a manifest', () => {
  test('is accepted with the least that is needed, and filled with defaults', () => {
    expect(accepted(minimal)).toEqual({
      ...minimal,
      version: { number: 1, published: false },
      files: { data: [], software: [], supplemental: [] },
      zenodo: {},
    })
  })

  test('keeps DataCite attributes that are not mapped', () => {
    const { metadata } = accepted(fullInput())
    expect(metadata).toMatchObject({ publisher: 'Dryad', contributors: fullMetadata.contributors })
    expect(metadata.creators?.[0]).toEqual(fullMetadata.creators[0])
  })

  test('is the same after it was normalised, stored and read again', () => {
    const once = accepted({
      ...fullInput(),
      zenodo: { communities: ['a', { identifier: 'b' }], license: { id: 'mit' } },
    })
    expect(accepted(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  test('stores its DOI bare and in lower case, ids as text, and only the day of a timestamp', () => {
    const manifest = accepted({
      ...minimal,
      dataset: { doi: 'https://doi.org/10.5061/DRYAD.Abc', id: 4711 },
      version: { number: 1, id: null, publicationDate: '2026-11-01T23:59:59.000Z' },
      softwareLicense: 'apache-2.0',
    })
    expect(manifest.dataset).toEqual({ doi: '10.5061/dryad.abc', id: '4711' })
    expect(manifest.version.id).toBeUndefined()
    expect(manifest.version.publicationDate).toBe('2026-11-01')
    expect(manifest.softwareLicense).toBe('Apache-2.0')
  })

  test('gives its files by family, with checksums in one spelling', () => {
    const manifest = accepted({
      ...minimal,
      files: { supplemental: [{ path: 's', size: 2, checksum: `SHA256:${'AB'.repeat(32)}`, source: 'file:s' }] },
    })
    expect(manifest.files.supplemental).toEqual([
      { path: 's', size: 2, checksum: `sha-256:${'ab'.repeat(32)}`, source: 'file:s' },
    ])
    expect(manifest.files.data).toEqual([])
  })

  test('may name communities as text or as objects', () => {
    const manifest = accepted({ ...minimal, zenodo: { communities: ['dryad', { identifier: 'eu' }] } })
    expect(manifest.zenodo.communities).toEqual(['dryad', 'eu'])
  })

  test.each([
    ['null', null, ['$']],
    ['a text', 'x', ['$']],
    ['a list', [], ['$']],
    ['an empty object', {}, ['$.schema', '$.dataset', '$.version', '$.metadata']],
    ['another schema', { ...minimal, schema: 'zenodo-replicator/manifest/v2' }, ['$.schema']],
    ['unknown keys', { ...minimal, 'copy-type': 1, extra: 2 }, ['$["copy-type"]', '$.extra']],
    ['no DOI', { ...minimal, dataset: { doi: 'dryad.abc' } }, ['$.dataset.doi']],
    ['a misspelt family', { ...minimal, files: { supp: [] } }, ['$.files.supp']],
    ['version 0', withVersion({ number: 0 }), ['$.version.number']],
    ['version 1.5', withVersion({ number: 1.5 }), ['$.version.number']],
    [
      'a day that is not in the calendar',
      withVersion({ publicationDate: '2026-02-30' }),
      ['$.version.publicationDate'],
    ],
    ['a date in words', withVersion({ publicationDate: 'soon' }), ['$.version.publicationDate']],
    [
      'wrong metadata',
      { ...minimal, metadata: { creators: [{ name: 'A' }, { name: 3 }] } },
      ['$.metadata.creators[1].name'],
    ],
    ['an embargo without end', { ...minimal, zenodo: { access_right: 'embargoed' } }, ['$.zenodo.embargo_date']],
    ['an own idea of the DOI', { ...minimal, zenodo: { doi: '10.1234/x' } }, ['$.zenodo.doi']],
    [
      'a half of a surrogate pair',
      { ...minimal, metadata: { titles: [{ title: '\ud800' }] } },
      ['$.metadata.titles[0].title'],
    ],
  ])('is refused by JSON path: %s', (_what, input, expected) => {
    expect(paths(input)).toEqual(expected)
  })

  test.each([
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    './a',
    '.',
    '..',
    'a\\b',
    'a\u0000',
    'a\u007f',
    '\udc00',
    '',
    'x'.repeat(1025),
  ])('is refused for the file name %j', (path) => {
    expect(paths(withFile({ path }))).toEqual(['$.files.data[0].path'])
  })

  test.each(['a b.txt', 'a+b', 'a#b', '50%', 'é.txt', 'x;y', 'q?r', '...', '.hidden', 'd/e/f', '😀', 'x'.repeat(1024)])(
    'is accepted with the file name %j',
    (path) => {
      expect(paths(withFile({ path }))).toEqual([])
    },
  )

  test.each([-1, 1.5, 2 ** 53, Number.NaN, '1', null])('is refused for the size %j', (size) => {
    expect(paths(withFile({ size }))).toEqual(['$.files.data[0].size'])
  })

  test.each([0, 1, 2 ** 53 - 1])('is accepted with the size %j', (size) => {
    expect(paths(withFile({ size }))).toEqual([])
  })

  test.each([
    'ftp://example.org/a',
    'https://user:password@example.org/a',
    'data:,x',
    'a.txt',
    '',
    'file:',
    'https:///a',
    'https:a',
    'http://exa mple.org/',
    's3://bucket',
    's3://bucket/',
    'javascript:alert(1)',
    'file:a\u0000',
  ])('is refused for the source %j', (source) => {
    expect(paths(withFile({ source }))).toEqual(['$.files.data[0].source'])
  })

  test.each([
    'https://example.org/a?X-Amz-Signature=1',
    'HTTP://127.0.0.1:8080/a',
    's3://my.bucket_1/a key',
    'file:a b.txt',
    'file:/abs/a',
    'file:///abs/a',
  ])('is accepted with the source %j', (source) => {
    expect(paths(withFile({ source }))).toEqual([])
  })

  test('says for a repeated file name which entry it repeats', () => {
    const file = { size: 1, source: 'file:x' }
    const data = ['a', 'b', 'a', 'A'].map((path) => ({ ...file, path }))
    const [problem, ...others] = refused({ ...minimal, files: { data, software: [data[0]] } })
    expect(others).toEqual([])
    expect(problem).toMatchObject({ path: '$.files.data[2].path', found: '"a"' })
    expect(problem?.accepted).toContain('$.files.data[0].path')
  })

  test('says what was found and what is accepted', () => {
    expect(refused(withFile({ size: -5 }))).toEqual([
      {
        path: '$.files.data[0].size',
        found: '-5',
        accepted: 'a whole number of bytes from 0 to 9007199254740991',
        message: '$.files.data[0].size is -5; accepted is a whole number of bytes from 0 to 9007199254740991',
      },
    ])
  })

  test('names the licences that a misspelt one may have meant, nearest first', () => {
    const [problem] = refused({ ...minimal, softwareLicense: 'Apache 2.1' })
    expect(problem).toMatchObject({ path: '$.softwareLicense', found: '"Apache 2.1"' })
    expect(problem?.accepted).toContain('did you mean Apache-1.1, Apache-2.0, Apache-1.0?')
  })

  test('shows no secret of an address that it refuses', () => {
    const problems = refused(withFile({ source: 'ftp://user:hunter2@example.org/a?signature=topsecret' }))
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|topsecret/)
    const long = refused(withFile({ source: `ftp://user:${'hunter2'.repeat(200)}@example.org/` }))
    expect(long[0]?.found).toBe('a text of 1424 characters')
  })

  test('of absurd size is refused shortly', () => {
    const files = { data: new Array(100_001).fill({}) }
    expect(refused({ ...minimal, files })).toMatchObject([{ path: '$.files.data', found: 'a list of 100001' }])
    const data = Array.from({ length: 1000 }, (_, index) => ({ path: `${index}`, size: -1, source: 'file:a' }))
    const wrong = refused({ ...minimal, files: { data } })
    expect(wrong).toHaveLength(101)
    expect(wrong.at(-1)?.found).toBe('900 more problems')
  })

  test('cannot change the prototype of anything', () => {
    const input = JSON.parse(JSON.stringify(fullInput()).replace('"metadata":{', '"metadata":{"__proto__":{"bad":1},'))
    expect(Object.getPrototypeOf(accepted(input).metadata)).toBe(Object.prototype)
  })

  test('never throws, whatever is sent', () => {
    const parts = fc.dictionary(
      fc.constantFrom(...Object.keys(minimal), 'files', 'zenodo', '__proto__'),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          parts,
          parts.map((part) => ({ ...minimal, ...part })),
        ),
        (input) => {
          const parsed = parseManifest(input)
          return parsed.ok || parsed.problems.every(({ message }) => message.length > 0 && message.length < 2000)
        },
      ),
    )
  })
})
