/** Is this the text that we sent, after Zenodo's repairs of Unicode, quotes and white space? */
import { plainText } from './deposit-text.ts'

/** Fewer common letters prove nothing. */
const enoughLetters = 10

/**
 * Zenodo straightens quotes, joins or splits ligatures, decodes entities and repairs text that was decoded wrongly. So
 * letters and digits are compared; where even they were repaired, the ASCII ones, if there are enough of them.
 */
export function sameText(sent: string, shown: unknown): boolean {
  if (typeof shown !== 'string') return false
  if (collapsed(sent) === collapsed(shown)) return true
  const letters = [lettersOf(sent), lettersOf(shown)]
  if (letters[0] === letters[1] && letters[0] !== '') return true
  const ascii = asciiOf(sent)
  return ascii.length >= enoughLetters && ascii === asciiOf(shown)
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Twice, because what was an escaped tag on one side may be a tag on the other. */
function bare(text: string): string {
  return plainText(plainText(text))
}

function lettersOf(text: string): string {
  return bare(text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

function asciiOf(text: string): string {
  return bare(text)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
}
