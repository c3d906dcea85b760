import { createHash, getHashes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checksumAlgorithms,
  formatChecksum,
  nodeAlgorithm,
  parseChecksum,
  parseZenodoChecksum,
  sameChecksum,
} from '../../src/core/checksum.ts'

const algorithms = fc.constantFrom(...checksumAlgorithms)

describe('a checksum', () => {
  test('of any bytes keeps its value through writing and reading', () => {
    fc.assert(
      fc.property(algorithms, fc.uint8Array({ maxLength: 50 }), (algorithm, bytes) => {
        const value = createHash(nodeAlgorithm(algorithm)).update(bytes).digest('hex')
        expect(parseChecksum(formatChecksum({ algorithm, value }))).toEqual({ algorithm, value })
        expect(parseChecksum(`${nodeAlgorithm(algorithm).toUpperCase()}:${value.toUpperCase()}`)).toEqual({
          algorithm,
          value,
        })
      }),
    )
  })

  test.each(['sha256', 'SHA256', 'sha-256', 'SHA-256'])('names its algorithm %s', (name) => {
    expect(parseChecksum(`${name}:${'Ab'.repeat(32)}`)).toEqual({ algorithm: 'sha-256', value: 'ab'.repeat(32) })
  })

  test.each([
    '',
    'md5:',
    `md5:${'a'.repeat(31)}`,
    `md5:${'a'.repeat(40)}`,
    `md5:${'g'.repeat(32)}`,
    `sha-256:${'a'.repeat(40)}`,
    `sha-2-56:${'a'.repeat(64)}`,
    `sha-512-256:${'a'.repeat(64)}`,
    `crc32:${'a'.repeat(32)}`,
    'a'.repeat(32),
    ` md5:${'a'.repeat(32)}`,
  ])('is not read from %j', (text) => {
    expect(parseChecksum(text)).toBeNull()
  })

  test('equals another of the same algorithm and value only', () => {
    const md5 = { algorithm: 'md5', value: 'aa' } as const
    expect(sameChecksum(md5, { algorithm: 'md5', value: 'AA' })).toBe(true)
    expect(sameChecksum(md5, { algorithm: 'md5', value: 'ab' })).toBe(false)
    expect(sameChecksum(md5, { algorithm: 'sha-1', value: 'aa' })).toBe(false)
  })

  test('of Zenodo is read with and without its prefix', () => {
    const hex = '5EB63BBBE01EEED093CB22BB8F5ACDC3'
    const expected = { algorithm: 'md5', value: hex.toLowerCase() }
    expect([`md5:${hex}`, hex].map(parseZenodoChecksum)).toEqual([expected, expected])
    expect(['', 'md5:', 'sha-1', hex.slice(1)].map(parseZenodoChecksum)).toEqual([null, null, null, null])
  })

  test('has an algorithm that Node can compute', () => {
    for (const algorithm of checksumAlgorithms) expect(getHashes()).toContain(nodeAlgorithm(algorithm))
  })
})
