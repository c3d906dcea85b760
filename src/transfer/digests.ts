/** What are the checksums of the bytes that went by? */
import { createHash } from 'node:crypto'
import { type Checksum, nodeAlgorithm, parseChecksum } from '../core/checksum.ts'
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'

interface Digests {
  update(block: Uint8Array): void
  /** @returns hex md5 of everything. @throws Failure `source_checksum_differs` when the manifest promised other bytes. */
  finish(where: string): { readonly md5: string }
}

/** md5 for Zenodo always, and the algorithm of the manifest's checksum when that is another. */
export function startDigests(file: SourceFile): Digests {
  const promised = file.checksum === null ? null : readChecksum(file, file.checksum)
  const md5 = createHash('md5')
  const other = promised === null || promised.algorithm === 'md5' ? null : createHash(nodeAlgorithm(promised.algorithm))
  return {
    update(block) {
      md5.update(block)
      other?.update(block)
    },
    finish(where) {
      const md5Hex = md5.digest('hex')
      const found = other === null ? md5Hex : other.digest('hex')
      if (promised !== null && promised.value !== found) throw differs(file, { where, promised, found })
      return { md5: md5Hex }
    },
  }
}

function readChecksum(file: SourceFile, text: string): Checksum {
  const checksum = parseChecksum(text)
  if (checksum !== null) return checksum
  throw new Failure(
    'source_checksum_differs',
    `The manifest's checksum of "${file.path}" is of no known kind: ${text}.`,
    {
      details: { path: file.path, checksum: text },
    },
  )
}

function differs(file: SourceFile, by: { where: string; promised: Checksum; found: string }): Failure {
  const { where, promised, found } = by
  return new Failure(
    'source_checksum_differs',
    `"${file.path}" at ${where} has the ${promised.algorithm} ${found}, but the manifest promises ${promised.value}.`,
    { details: { path: file.path, where, algorithm: promised.algorithm, found, promised: promised.value } },
  )
}
