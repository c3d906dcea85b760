/**
 * Where does a file go: to the record as it is, or into which archive? See docs/packaging.md for the rule in words.
 * It asks only for the files of this version, so anybody can work it out again, and every decision depends on as little as
 * possible, so that a version that changes a few files leaves the others where they were.
 */
import { type Limits, sendable, whyNotAName } from '../limits.ts'
import { archiveLength } from './archive-length.ts'
import { freeName } from './free-name.ts'
import { pathBits } from './path-bits.ts'

interface Placed {
  readonly path: string
  readonly size: number
}

/** Where a file lies: the name of its archive. Files that are not in it go to the record as they are. */
export type Placement = ReadonlyMap<string, string>

type Room = Pick<Limits, 'filesPerRecord' | 'bytesPerFile'>

/** An archive is sent again as a whole, so it stays small; both double together when that would take too many archives. */
const bytesInArchive = 1_000_000_000
const filesInArchive = 1000

/** Group of files that could stand alone but for their number; no folder has an empty name. */
const noFolder = ''

/** Nothing is packed as long as the record can hold all files as they are. */
export function placeFiles(files: readonly Placed[], room: Room): Placement {
  const wanted = sendable(files)
  if (wanted.length <= room.filesPerRecord && wanted.every((file) => whyNotAName(file.path) === null)) return new Map()
  const archives = mostArchives(room)
  const alone = new Set(largestAlone(wanted, room.filesPerRecord, archives).map((file) => file.path))
  const packed = files
    .filter((file) => !alone.has(file.path))
    .toSorted(byPath)
    .map(weighed)
  const parts = split(grouped(packed, archives), room, archives)
  return named(parts, new Set(files.map((file) => file.path)))
}

function mostArchives({ filesPerRecord }: Room): number {
  return Math.max(1, Math.floor(filesPerRecord / 5))
}

/**
 * The largest files with a name that Zenodo takes, for three quarters of the places: a few more files fit in later.
 * Sizes count by their magnitude (the power of two), so a file that grows a little changes places with no other.
 */
function largestAlone(wanted: readonly Placed[], filesPerRecord: number, archives: number): Placed[] {
  const most = Math.min(filesPerRecord - archives, Math.floor((filesPerRecord * 3) / 4))
  const able = wanted.filter((file) => whyNotAName(file.path) === null)
  return able.toSorted((a, b) => magnitude(b) - magnitude(a) || byPath(a, b)).slice(0, most)
}

function magnitude({ size }: Placed): number {
  return Math.floor(Math.log2(size))
}

interface Weighed extends Placed {
  readonly bits: string
  /** At most the bytes that it adds to an archive. */
  readonly share: number
}

function weighed({ path, size }: Placed): Weighed {
  return { path, size, bits: pathBits(path), share: archiveLength([{ path, size }]) }
}

interface Group {
  readonly name: string
  readonly files: readonly Weighed[]
}

/** By top-level folder; when those are too many, all folders together, and in the smallest record everything. */
function grouped(packed: readonly Weighed[], archives: number): Group[] {
  const ways = [
    folderOf,
    (file: Placed) => (folderOf(file) === noFolder ? noFolder : 'folders'),
    () => 'files',
  ] as const
  const groupings = ways.map((key) =>
    [...Map.groupBy(packed, key)].map(([name, members]) => ({ name, files: members })),
  )
  return groupings.find((groups) => groups.length <= archives) ?? groupings.at(-1) ?? []
}

function folderOf({ path }: Placed): string {
  const end = path.indexOf('/')
  return end === -1 ? noFolder : path.slice(0, end)
}

interface Part extends Group {
  /** The first bits that the paths of this part have in common; empty when the group is one archive. */
  readonly bits: string
}

/** With the smallest bound that keeps the number of archives. */
function split(groups: readonly Group[], room: Room, archives: number): Part[] {
  for (let doublings = 0; ; doublings += 1) {
    const bound = {
      bytes: Math.min(bytesInArchive * 2 ** doublings, room.bytesPerFile),
      files: filesInArchive * 2 ** doublings,
    }
    const parts = groups.flatMap((group) => halve({ ...group, bits: '' }, bound))
    if (parts.length <= archives || bytesInArchive * 2 ** doublings >= Number.MAX_SAFE_INTEGER) return parts
  }
}

/** In two by the next bit of each path, until a part is within the bound or cannot be divided. */
function halve(part: Part, bound: { bytes: number; files: number }): Part[] {
  const { name, files, bits } = part
  const bytes = files.reduce((sum, file) => sum + file.share, 0)
  const fits = files.length <= bound.files && bytes <= bound.bytes
  if (fits || files.length === 1 || bits.length === 32) return [part]
  const halves = Map.groupBy(files, (file) => file.bits.slice(0, bits.length + 1))
  return [...halves]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([longer, some]) => halve({ name, files: some, bits: longer }, bound))
}

/** Archives carry the name of their folder, so far as no file of the version has that name. */
function named(parts: readonly Part[], paths: ReadonlySet<string>): Placement {
  const taken = new Set(paths)
  const placement = new Map<string, string>()
  for (const { name, bits, files } of parts) {
    const stem = (name === noFolder ? 'more-files' : name).slice(0, 100).toWellFormed()
    const archive = freeName(`${stem}${bits === '' ? '' : `.part-${bits}`}.zip`, taken)
    taken.add(archive)
    for (const file of files) placement.set(file.path, archive)
  }
  return placement
}

function byPath(a: Placed, b: Placed): number {
  return a.path < b.path ? -1 : 1
}
