/** What are the checksums of the bytes that went by? */
import { type Checksum, nodeAlgorithm, parseChecksum } from '../core/checksum.ts'
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import type { HashPool } from './hash-pool.ts'

interface Digests {
  /** @returns when the block, which lies in shared memory, may be overwritten. */
  update(block: Uint8Array): Promise<void>
  /** @returns hex md5 of everything. @throws Failure `source_checksum_differs` when the manifest promised other bytes. */
  finish(where: string): Promise<string>
  /** For a file that is given up. */
  drop(): void
}

/** md5 for Zenodo always, and the algorithm of the manifest's checksum when that is another. */
export function startDigests(hashes: HashPool, file: SourceFile): Digests {
  const promised = file.checksum === null ? null : readChecksum(file, file.checksum)
  const other = promised === null || promised.algorithm === 'md5' ? [] : [nodeAlgorithm(promised.algorithm)]
  const hashing = hashes.start(['md5', ...other])
  return {
    update: hashing.update,
    drop: hashing.drop,
    async finish(where) {
      const [md5 = '', found = md5] = await hashing.digest()
      if (promised !== null && promised.value !== found) throw differs(file, { where, promised, found })
      return md5
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
