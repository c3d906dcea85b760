/** Which archives does a record hold for these files, and which of them are known from before? */
import { parseChecksum } from '../checksum.ts'
import type { CopyFile, EarlierArchive, RecordFile } from '../copy.ts'
import { placeOf } from '../source-place.ts'
import { archiveLength } from './archive-length.ts'
import { byArchive } from './pack.ts'
import { dataStarts } from './zip-layout.ts'

interface KnownFile {
  readonly path: string
  readonly size: number
  readonly checksum: string | null
  readonly md5: string
  readonly position: number
  readonly archive: string | null
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
      archived: { members: withMd5, contents, before: earlierArchive(name, members, known) },
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

function earlierArchive(name: string, members: readonly CopyFile[], known: Known): EarlierArchive | null {
  const before = known.archives.find((one) => one.name === name)
  if (before === undefined) return null
  const then = known.files.filter((file) => file.position === before.position)
  const byPath = new Map(then.map((file) => [file.path, file]))
  const inside = then.filter((file) => file.archive === name).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  // all of them must be known, or the places would be wrong
  const starts = archiveLength(inside) === before.size ? dataStarts(inside) : new Map<string, number>()
  const same = members.filter((file) => {
    const old = byPath.get(file.path)
    return isExact(file) && old !== undefined && identityOf(old) === identityOf(file)
  })
  return {
    md5: before.md5,
    size: before.size,
    differs: members.some((file) => differs(file, byPath.get(file.path))),
    starts: new Map(
      same.flatMap(({ path }) => [...(starts.has(path) ? [[path, starts.get(path) ?? 0] as const] : [])]),
    ),
  }
}

function differs(now: CopyFile, then: KnownFile | undefined): boolean {
  if (then === undefined) return false
  if (then.size !== now.size) return true
  const [was, is] = [then.checksum, now.checksum].map((text) => (text === null ? null : parseChecksum(text)))
  return was != null && is != null && was.algorithm === is.algorithm && was.value !== is.value
}
