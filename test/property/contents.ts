/** Which names and bytes do the files of a history have? Few, so that they meet again. */
import { createHash } from 'node:crypto'

export const names = ['a.csv', 'b.txt', 'Größe 1.csv', 'is it #2?.R', 'c%20d.txt', 'README', 'folder/a.csv'] as const

/** 0 is empty; 1 to 4 have the same size; the last ones do not go in one piece. */
const usual: readonly Buffer[] = [
  Buffer.alloc(0),
  ...['one!', 'two!', 'six!', 'ten!'].map((text) => Buffer.from(text)),
  Buffer.from('A longer text than the others.'),
  pattern(300_000, 7),
  pattern(300_000, 11),
]

/** How many of the contents histories are made of. */
export const usualContents = usual.length

/** The others do not go in one block. */
export const contents: readonly Buffer[] = [...usual, pattern(1_300_000, 13), pattern(3_000_000, 17)]

function pattern(length: number, step: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => (at * step) % 251))
}

export const digest = (algorithm: string, content: number) =>
  createHash(algorithm).update(contents[content]!).digest('hex')

export const md5s: readonly string[] = contents.map((_, content) => digest('md5', content))
