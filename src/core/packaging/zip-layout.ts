/**
 * How do files lie in a ZIP archive, byte for byte? Stored, not compressed: every length is known before the first byte is
 * read. Times and attributes are fixed, so the same files always give the same archive. Facts: PKWARE APPNOTE 6.3.10.
 */

export interface ZipEntry {
  readonly path: string
  readonly size: number
}

/** An entry that has gone by. */
export interface WrittenEntry extends ZipEntry {
  /** CRC-32 of its bytes. */
  readonly crc: number
  /** Where its local header began. */
  readonly offset: number
}

/** Values from here on stand in 8-byte fields of their own ("ZIP64"); the old field then holds this. */
const beyond = 0xffffffff
const beyondEntries = 0xffff
/** Names are UTF-8 (bit 11); CRC and sizes follow the bytes, in a data descriptor (bit 3). */
const flags = 0x0808
/** 1 January 1980, 00:00: the earliest that the format knows. */
const dosDate = 0x0021
const plainFile = 0o100644
const madeOnUnix = 3 << 8
const zip64Version = 45
const plainVersion = 20

const utf8 = new TextEncoder()

/** What stands before the bytes of a file. */
export function localHeader({ path, size }: ZipEntry): Uint8Array {
  const name = utf8.encode(path)
  const large = size >= beyond
  const place = large ? beyond : 0
  return bytes(
    [4, 0x04034b50],
    [2, large ? zip64Version : plainVersion],
    [2, flags],
    [2, 0],
    [2, 0],
    [2, dosDate],
    [4, 0],
    [4, place],
    [4, place],
    [2, name.length],
    [2, large ? 20 : 0],
    name,
    // tells readers that the data descriptor has 8-byte sizes
    ...(large ? zip64Extra(0, 0) : []),
  )
}

/** What stands behind the bytes of a file. */
export function dataDescriptor(entry: Omit<WrittenEntry, 'offset'>): Uint8Array {
  const width = entry.size >= beyond ? 8 : 4
  return bytes([4, 0x08074b50], [4, entry.crc], [width, entry.size], [width, entry.size])
}

/** The table of contents and the end of the archive. @param start where it begins */
export function centralDirectory(entries: readonly WrittenEntry[], start: number): Uint8Array {
  const headers = join(entries.map(centralHeader))
  return join([headers, endOfArchive(entries.length, headers.length, start)])
}

/** Bytes of an archive with these files, without making it. */
export function zipLength(entries: readonly ZipEntry[]): number {
  let offset = 0
  let directory = 0
  for (const { path, size } of entries) {
    const name = utf8.encode(path).length
    const large = size >= beyond
    const wide = (large ? 2 : 0) + (offset >= beyond ? 1 : 0)
    directory += 46 + name + (wide === 0 ? 0 : 4 + wide * 8)
    offset += 30 + name + (large ? 20 : 0) + size + (large ? 24 : 16)
  }
  return offset + directory + endOfArchive(entries.length, directory, offset).length
}

/** Where the bytes of each entry begin, by path. */
export function dataStarts(entries: readonly ZipEntry[]): Map<string, number> {
  let offset = 0
  return new Map(
    entries.map((entry) => {
      const start = offset + localHeader(entry).length
      offset = start + entry.size + dataDescriptor({ ...entry, crc: 0 }).length
      return [entry.path, start]
    }),
  )
}

function centralHeader({ path, size, crc, offset }: WrittenEntry): Uint8Array {
  const name = utf8.encode(path)
  const extra = bytes(...zip64Extra(...(size >= beyond ? [size, size] : []), ...(offset >= beyond ? [offset] : [])))
  return bytes(
    [4, 0x02014b50],
    [2, madeOnUnix | zip64Version],
    [2, extra.length > 0 ? zip64Version : plainVersion],
    [2, flags],
    [2, 0],
    [2, 0],
    [2, dosDate],
    [4, crc],
    [4, Math.min(size, beyond)],
    [4, Math.min(size, beyond)],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, plainFile * 0x10000],
    [4, Math.min(offset, beyond)],
    name,
    extra,
  )
}

function endOfArchive(entries: number, directory: number, start: number): Uint8Array {
  const large = entries >= beyondEntries || directory >= beyond || start >= beyond
  const count = Math.min(entries, beyondEntries)
  return bytes(
    ...(large ? zip64End(entries, directory, start) : []),
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, Math.min(directory, beyond)],
    [4, Math.min(start, beyond)],
    [2, 0],
  )
}

function zip64End(entries: number, directory: number, start: number): Field[] {
  return [
    [4, 0x06064b50],
    [8, 44],
    [2, madeOnUnix | zip64Version],
    [2, zip64Version],
    [4, 0],
    [4, 0],
    [8, entries],
    [8, entries],
    [8, directory],
    [8, start],
    // and where that record is
    [4, 0x07064b50],
    [4, 0],
    [8, start + directory],
    [4, 1],
  ]
}

function zip64Extra(...values: readonly number[]): Field[] {
  if (values.length === 0) return []
  return [[2, 0x0001], [2, values.length * 8], ...values.map((value): Field => [8, value])]
}

/** Bytes as they are, or a number with its width in bytes. */
type Field = Uint8Array | readonly [2 | 4 | 8, number]

function bytes(...fields: readonly Field[]): Uint8Array {
  const widths = fields.map((field) => (field instanceof Uint8Array ? field.length : field[0]))
  const whole = new Uint8Array(widths.reduce((sum, width) => sum + width, 0))
  const view = new DataView(whole.buffer)
  let at = 0
  for (const field of fields) {
    if (field instanceof Uint8Array) whole.set(field, at)
    else writeNumber(view, at, field)
    at += field instanceof Uint8Array ? field.length : field[0]
  }
  return whole
}

/** Little endian, as all numbers of the format. */
function writeNumber(view: DataView, at: number, [width, value]: readonly [2 | 4 | 8, number]): void {
  if (width === 2) view.setUint16(at, value, true)
  else if (width === 4) view.setUint32(at, value, true)
  else view.setBigUint64(at, BigInt(value), true)
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
