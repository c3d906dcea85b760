/** Is a document that was made to do harm refused in a sentence, without being shown? */
import { describe, expect, it } from 'vitest'
import { parseEnqueueDocument } from '../../../src/core/manifest/enqueue-document.ts'
import { parseJsonText } from '../../../src/core/manifest/json-text.ts'
import { parseManifest } from '../../../src/core/manifest/manifest.ts'
import { fullInput } from '../full-manifest.ts'

const fullManifest = fullInput()

function nested(levels: number): unknown {
  let value: unknown = 'inside'
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { x: value }
  return value
}

describe('a nest', () => {
  it.each([31, 100, 200_000])('of %i levels more than a manifest has is refused by its depth', (levels) => {
    for (const place of [{ metadata: { other: nested(levels) } }, { zenodo: { custom: { other: nested(levels) } } }]) {
      const input = { ...fullManifest, ...place }
      const refusal = { ok: false, problems: [{ path: '$', found: 'nested more than 32 levels deep' }] }
      expect(parseManifest(input)).toMatchObject(refusal)
      expect(parseEnqueueDocument({ manifest: input })).toMatchObject(refusal)
    }
  })

  it('of a few levels is kept as it is', () => {
    const metadata = { ...fullManifest.metadata, other: nested(20) }
    const parsed = parseManifest({ ...fullManifest, metadata })
    expect(parsed).toMatchObject({ ok: true, manifest: { metadata: { other: nested(20) } } })
  })
})

describe('keys that objects have anyway', () => {
  it('reach no prototype, and are kept as the data that they are', () => {
    const text = JSON.stringify(fullManifest).replace('"metadata":{', '"metadata":{"__proto__":{"polluted":true},')
    const parsed = parseManifest(JSON.parse(text))
    expect(parsed.ok).toBe(true)
    expect({}).not.toHaveProperty('polluted')
  })

  it('are no keys of a manifest', () => {
    const text = JSON.stringify(fullManifest).replace('{', '{"__proto__":{"dataset":{}},"constructor":1,')
    const parsed = parseManifest(JSON.parse(text))
    expect(parsed.ok).toBe(false)
  })
})

describe('a key that is half a character', () => {
  it('is told as a whole one, which the database and every reader take', () => {
    const metadata = { descriptions: [{ description: 'x', descriptionType: { '\ud800': '' } }] }
    const parsed = parseManifest({ ...fullManifest, metadata })
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message.isWellFormed())).toEqual([true])
  })
})

describe('what is no JSON', () => {
  const secret = 'X-Amz-Signature=5ecret'
  it.each([
    [`[{"a": 1},\n"${secret}" x]`, "Expected ',' or ']' after array element", 'line 2'],
    [`{"source": ${secret}}`, "Unexpected token 'X'", 'near line 1'],
    [`[1,\n\n ${secret}, "${'long '.repeat(50)}"]`, "Unexpected token 'X'", 'near line 3'],
    [`"${secret}`, 'Unterminated string', 'line 1'],
    ['', 'Unexpected end of JSON input', ''],
  ])('is told by its place, and not quoted: %j', (text, words, place) => {
    const parsed = parseJsonText(text)
    const message = parsed.ok ? '' : parsed.problem.message
    expect(message).toContain(words)
    expect(message).toContain(place)
    expect(message).not.toContain('5ecret')
  })

  it('shows the value of no key that it does not know', () => {
    const parsed = parseManifest({ ...fullManifest, apiKey: '5ecret' })
    expect(JSON.stringify(parsed)).not.toContain('5ecret')
  })
})
