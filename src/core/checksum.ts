/** How are checksums written and compared? Algorithm names as in IANA's registry of hash names, values in lower-case hex. */

const hexLength = { md5: 32, 'sha-1': 40, 'sha-256': 64, 'sha-384': 96, 'sha-512': 128 } as const

/** Name as in IANA's "Named Information Hash Algorithm" style: `sha-256`. */
export type ChecksumAlgorithm = keyof typeof hexLength

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Lower-case hex. */
  readonly value: string
}

export const checksumAlgorithms = Object.keys(hexLength) as readonly ChecksumAlgorithm[]

/** Reads `algorithm:hex` (`sha-256`, `sha256` and `SHA256` are the same name); null when it is not a checksum. */
export function parseChecksum(text: string): Checksum | null {
  const parts = /^([A-Za-z0-9-]{3,8}):([0-9A-Fa-f]{32,128})$/.exec(text)
  if (parts === null) return null
  const [, name = '', hex = ''] = parts
  const algorithm = checksumAlgorithms.find((known) => nodeAlgorithm(known) === name.toLowerCase().replace('-', ''))
  if (algorithm === undefined || hex.length !== hexLength[algorithm]) return null
  return { algorithm, value: hex.toLowerCase() }
}

/** `algorithm:hex`, the one spelling that is stored. */
export function formatChecksum(checksum: Checksum): string {
  return `${checksum.algorithm}:${checksum.value}`
}

/** Whether two checksums say the same. Different algorithms cannot be compared and are never the same. */
export function sameChecksum(a: Checksum, b: Checksum): boolean {
  return a.algorithm === b.algorithm && a.value.toLowerCase() === b.value.toLowerCase()
}

/**
 * Reads a checksum of Zenodo's answers; null when it is none. Bucket answers have `md5:` before the hex, the files of a
 * deposition have the hex alone (zenodo-rdm, legacy serializers).
 */
export function parseZenodoChecksum(text: string): Checksum | null {
  return parseChecksum(text.includes(':') ? text : `md5:${text}`)
}

/** The name under which `node:crypto` knows the algorithm. */
export function nodeAlgorithm(algorithm: ChecksumAlgorithm): string {
  return algorithm.replace('-', '')
}
