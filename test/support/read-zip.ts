/** What does somebody else's program find in a ZIP archive? yauzl reads it; it knows nothing of ours. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'

export interface FoundEntry {
  readonly path: string
  readonly size: number
  readonly offset: number
  readonly content: Buffer
}

/** Every entry in order, its CRC-32 and length checked. */
export async function readZip(bytes: Buffer): Promise<FoundEntry[]> {
  const zip = await yauzl.fromBufferPromise(bytes, { validateEntrySizes: true })
  const found: FoundEntry[] = []
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry))
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName}: wrong CRC-32`)
    found.push({
      path: entry.fileName,
      size: entry.uncompressedSize,
      offset: entry.relativeOffsetOfLocalHeader,
      content,
    })
  }
  return found
}

/** Path → md5 of the files in an archive, but for its list of contents; and that list, which must agree. */
export async function filesInZip(bytes: Buffer): Promise<Record<string, string>> {
  const entries = await readZip(bytes)
  const list = entries.at(-1)
  const files = entries.slice(0, -1)
  const md5Of = (content: Buffer) => createHash('md5').update(content).digest('hex')
  const lines = files.map(({ path, size, content }) => `${path}\t${size}\t${md5Of(content)}\n`)
  if (list?.content.toString() !== `path\tsize\tmd5\n${lines.join('')}`)
    throw new Error('the list of contents is wrong')
  return Object.fromEntries(files.map(({ path, content }) => [path, md5Of(content)]))
}
