/** Which errors stand together? Those that say the same of different things. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorSignature, normaliseError } from '../../src/core/error-signature.ts'

describe('what errors of one kind have in common', () => {
  it.each([
    [
      'Zenodo refuses the file "a b.csv" of deposition 1234567: it is empty.',
      'Zenodo refuses the file … of deposition …: it is empty.',
    ],
    ['Copy 17 of https://doi.org/10.5061/dryad.abc (version 3) was refused.', 'Copy … of … (version …) was refused.'],
    ['getaddrinfo ENOTFOUND files.example.org', 'getaddrinfo ENOTFOUND …'],
    ["The host 'a.example' doesn't answer within 30 s.", "The host … doesn't answer within … s."],
    ['Files data/a.csv, b.csv and 17 more have other bytes.', 'Files … more have other bytes.'],
    ['The source has sha-256 9f86d081, the manifest promises 60303ae2.', 'The source has …, the manifest promises …'],
    ['Zenodo answered 503 for record 9jq2e-eyf24', 'Zenodo answered … for record …'],
    ['', ''],
  ])('%s', (message, common) => {
    expect(normaliseError(message)).toBe(common)
  })

  it('the code tells apart what the words do not', () => {
    expect(errorSignature('zenodo_refused', 'Refused.')).not.toBe(errorSignature('zenodo_forbidden', 'Refused.'))
  })

  const name = fc.oneof(
    fc.nat().map(String),
    fc.uuid(),
    fc.domain(),
    fc.ipV4(),
    fc.webUrl().filter((url) => !url.endsWith(':')),
    fc.nat().map((n) => `10.5061/dryad.${n}`),
    fc.string().map((text) => `"${text.replaceAll('"', '')}"`),
  )

  it('whatever the names, ids and numbers in it are, it is the same', () => {
    const told = (a: string, b: string) => `The file ${a} of deposition ${b} is not there`
    const common = normaliseError(told('1', '2'))
    fc.assert(fc.property(name, name, (a, b) => normaliseError(told(a, b)) === common))
  })

  it('of any text: short, on one line, without a digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2000 }), (text) => {
        const common = normaliseError(text)
        expect(common.length).toBeLessThanOrEqual(300)
        expect(common).not.toMatch(/[\d\n]/)
      }),
    )
  })

  it('takes no time over a text made to cost some', () => {
    for (const part of ['"', "'", 'a.', '…, ', '1/', ' '])
      expect(normaliseError(part.repeat(50_000)).length).toBeLessThanOrEqual(300)
  })
})
