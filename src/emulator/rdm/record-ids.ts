/** How are records numbered? Zenodo counts; other InvenioRDM repositories write ten random-looking characters. */
import type { EmulatorSettings } from '../settings.ts'

/** Base 32 without i, l, o and u (base32-lib). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 10
const MODULUS = 1n << 50n

/** Odd, so that multiplying by it can be undone: every number has a word of its own. */
const FACTOR = 640_738_512_097_913n
const INVERSE = inverseOf(FACTOR)

type Repository = Pick<EmulatorSettings, 'repository'>

/** The word of a number, such as `9jq2e-eyf24`. */
export function wordOf(id: number): string {
  let rest = (BigInt(id) * FACTOR) % MODULUS
  let word = ''
  for (let at = 0; at < LENGTH; at += 1) {
    word = `${ALPHABET[Number(rest & 31n)]}${word}`
    rest >>= 5n
  }
  return `${word.slice(0, 5)}-${word.slice(5)}`
}

/** An id as the repository writes it. */
export function writtenId(id: number, { repository }: Repository): string {
  return repository === 'invenio' ? wordOf(id) : String(id)
}

/** The number behind an id in a path; undefined for what is none. */
export function readId(text: string, { repository }: Repository): number | undefined {
  if (repository === 'zenodo') return /^\d{1,15}$/.test(text) ? Number(text) : undefined
  if (!/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/.test(text)) return undefined
  const value = [...text.replace('-', '')].reduce((sum, sign) => sum * 32n + BigInt(ALPHABET.indexOf(sign)), 0n)
  return Number((value * INVERSE) % MODULUS)
}

/** Newton's iteration: each turn doubles the number of right bits. */
function inverseOf(factor: bigint): bigint {
  let inverse = factor
  for (let turn = 0; turn < 6; turn += 1)
    inverse = (((inverse * (2n - factor * inverse)) % MODULUS) + MODULUS) % MODULUS
  return inverse
}
