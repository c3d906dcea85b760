/** Is at the emulated Zenodo what the manifests promise? Asked from outside: the emulator's own account of its records. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type DepositionId, endsPublished } from '../core/copy.ts'
import { filesOfFamily } from '../core/manifest/family-files.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { NamedManifest } from './read-manifests.ts'

/** What was found of one record. */
export interface Verified {
  readonly depositionId: DepositionId
  /** The last copy that was published into it. */
  readonly copy: number
  readonly files: number
  readonly problems: readonly string[]
}

const answerSchema = z.object({
  records: z.array(
    z.object({
      id: z.union([z.number(), z.string()]),
      state: z.string(),
      submitted: z.boolean(),
      files: z.array(z.object({ filename: z.string(), filesize: z.number(), checksum: z.string() })),
    }),
  ),
})
type RecordAtZenodo = z.infer<typeof answerSchema>['records'][number]

/** Checks every record that a copy published last: earlier copies of a record edited in place are no longer there. */
export async function verifyAtZenodo(
  url: string,
  copies: readonly CopyView[],
  manifests: readonly NamedManifest[],
): Promise<Verified[]> {
  const response = await fetch(`${url}/_emulator/records`)
  const { records } = answerSchema.parse(await response.json())
  const published = copies.filter((copy) => endsPublished(copy.type) && copy.state === 'finished')
  const last = new Map(published.toSorted((a, b) => a.position - b.position).map((copy) => [copy.depositionId, copy]))
  return await Promise.all([...last.values()].map((copy) => verifyOne(copy, records, manifests)))
}

async function verifyOne(
  copy: CopyView,
  records: readonly RecordAtZenodo[],
  manifests: readonly NamedManifest[],
): Promise<Verified> {
  const depositionId = copy.depositionId ?? 0
  const record = records.find((one) => one.id === depositionId && one.submitted && one.state === 'done')
  const wanted = await wantedFiles(copy, manifests)
  const found = new Map(record?.files.map((file) => [file.filename, `${file.filesize} bytes, md5 ${file.checksum}`]))
  const about = `copy ${copy.id} (${copy.type} of ${copy.dataset.doi}), record ${depositionId}`
  const problems = [
    ...(record === undefined ? [`${about}: it is not published`] : []),
    ...[...wanted].flatMap(([name, is]) =>
      found.get(name) === is ? [] : [`${about}: "${name}" should be ${is}, found ${found.get(name) ?? 'nothing'}`],
    ),
    ...[...found.keys()].flatMap((name) => (wanted.has(name) ? [] : [`${about}: "${name}" should not be there`])),
  ]
  return { depositionId, copy: copy.id, files: wanted.size, problems }
}

/** Name → what it should be, by the bytes on this disk. Empty files are not taken to Zenodo. */
async function wantedFiles(copy: CopyView, manifests: readonly NamedManifest[]): Promise<Map<string, string>> {
  const named = manifests.find(
    ({ manifest }) => manifest.dataset.doi === copy.dataset.doi && manifest.version.number === copy.version.number,
  )
  const wanted = new Map<string, string>()
  for (const { path, source } of named ? filesOfFamily(named.manifest, copy.family) : []) {
    const bytes = await readFile(resolve(named?.fileRoot ?? '.', source.replace(/^file:/, '')))
    const md5 = createHash('md5').update(bytes).digest('hex')
    if (bytes.length > 0) wanted.set(path, `${bytes.length} bytes, md5 ${md5}`)
  }
  return wanted
}
