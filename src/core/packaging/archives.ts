/** Which archives does a record hold for these files, and which of them are known from before? */
import { parseChecksum } from '../checksum.ts'
import type { CopyFile, RecordFile } from '../copy.ts'
import { placeOf } from '../source-place.ts'
import { archiveLength } from './archive-length.ts'
import { byArchive } from './pack.ts'

interface KnownFile {
  readonly path: string
  readonly size: number
  readonly checksum: string | null
  readonly md5: string
  readonly position: number
}

/** An archive that a copy of the family brought to Zenodo. */
export interface KnownArchive {
  readonly name: string
  readonly size: number
  /** See `Archived`. */
  readonly contents: string
  readonly md5: string
  /** Of that copy. */
  readonly position: number
}

/** What this copy and earlier ones brought to Zenodo, newest first. */
export interface Known {
  readonly files: readonly KnownFile[]
  readonly archives: readonly KnownArchive[]
  /** Of the copy in question. */
  readonly position: number
}

/**
 * The archives as files of the record. One whose members are those of a known one has that one's md5: nothing is read.
 * @param digest SHA-256 of a text, in hex
 */
export function archivesOf(files: readonly CopyFile[], known: Known, digest: (text: string) => string): RecordFile[] {
  const md5s = new Map(known.files.map((file) => [identityOf(file), file.md5]))
  return byArchive(files).map(({ name, members }) => {
    const contents = digest(JSON.stringify(members.map((file) => [file.path, identityOf(file)])))
    const found = { name, size: archiveLength(members), contents }
    const withMd5 = members.map((file) => ({ ...file, md5: file.md5 ?? knownMd5(file, md5s) }))
    return {
      path: name,
      size: found.size,
      checksum: null,
      source: '',
      state: 'pending',
      md5: sameArchive({ ...found, isExact: members.every(isExact) }, known)?.md5 ?? null,
      bytesDone: 0,
      archive: null,
      archived: { members: withMd5, contents, unlike: unlike(name, members, known) },
    }
  })
}

/** Whether the manifest's checksum tells the bytes. */
function isExact(file: Pick<CopyFile, 'checksum'>): boolean {
  return file.checksum !== null
}

/** What tells the bytes: size and checksum; without a checksum the place, which holds within one version only. */
function identityOf(file: Pick<CopyFile, 'size' | 'checksum'> & { readonly source?: string }): string {
  return `${file.size} ${file.checksum ?? placeOf(file.source ?? '')}`
}

function knownMd5(file: CopyFile, md5s: ReadonlyMap<string, string>): string | null {
  return isExact(file) ? (md5s.get(identityOf(file)) ?? null) : null
}

function sameArchive(
  { name, size, contents, isExact }: Pick<KnownArchive, 'name' | 'size' | 'contents'> & { readonly isExact: boolean },
  known: Known,
): KnownArchive | undefined {
  const version = Math.floor(known.position / 2)
  return known.archives.find(
    (one) =>
      one.name === name &&
      one.size === size &&
      one.contents === contents &&
      (isExact || Math.floor(one.position / 2) === version),
  )
}

/** The md5 of the newest archive of this name, when a member had another size or another checksum of the same kind there. */
function unlike(name: string, members: readonly CopyFile[], known: Known): string | null {
  const before = known.archives.find((one) => one.name === name)
  if (before === undefined) return null
  const then = new Map(known.files.filter((file) => file.position === before.position).map((file) => [file.path, file]))
  return members.some((file) => differs(file, then.get(file.path))) ? before.md5 : null
}

function differs(now: CopyFile, then: KnownFile | undefined): boolean {
  if (then === undefined) return false
  if (then.size !== now.size) return true
  const [was, is] = [then.checksum, now.checksum].map((text) => (text === null ? null : parseChecksum(text)))
  return was != null && is != null && was.algorithm === is.algorithm && was.value !== is.value
}
