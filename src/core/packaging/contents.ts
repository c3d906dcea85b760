/** What is in an archive? The list that is its last entry, for whoever opens it; its length is known before the checksums. */
import { freeName } from './free-name.ts'

interface Listed {
  readonly path: string
  readonly size: number
  /** Hex. */
  readonly md5: string
}

const heading = 'path\tsize\tmd5\n'
const utf8 = new TextEncoder()

/** Name of the list among the files it lists. */
export function contentsName(members: readonly { readonly path: string }[]): string {
  return freeName('packed-files.tsv', new Set(members.map((member) => member.path)))
}

/** One line a file, tabs between: a path has no control characters (see the manifest). */
export function contentsList(members: readonly Listed[]): Uint8Array {
  const lines = members.map(({ path, size, md5 }) => `${path}\t${size}\t${md5}\n`)
  return utf8.encode(`${heading}${lines.join('')}`)
}

/** Bytes of the list. */
export function contentsLength(members: readonly Omit<Listed, 'md5'>[]): number {
  const line = ({ path, size }: Omit<Listed, 'md5'>) => utf8.encode(`${path}\t${size}\t\n`).length + 32
  return members.reduce((sum, member) => sum + line(member), heading.length)
}
