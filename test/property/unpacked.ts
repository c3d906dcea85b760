/** Which files does Zenodo hold in the end, when those in archives count like the others? */
import { filesInZip } from '../support/read-zip.ts'
import { md5s } from './contents.ts'
import type { ZenodoRecord } from './facts.ts'
import type { Place } from './stage.ts'

export async function unpackedRecords(stage: Place): Promise<ZenodoRecord[]> {
  const records = await stage.zenodo.records()
  return Promise.all(
    records.map(async (record) => {
      const known = { ...record, id: String(record.id) }
      const files = await Promise.all(record.files.map((file) => unpacked(file, known, stage)))
      return { ...known, files: files.flat().filter((file) => file.checksum !== md5s[0]) }
    }),
  )
}

type RecordFile = ZenodoRecord['files'][number]

async function unpacked(file: RecordFile, record: ZenodoRecord, stage: Place): Promise<RecordFile[]> {
  if (!file.filename.endsWith('.zip')) return [file]
  const members = await filesInZip(await download(file.filename, record, stage))
  return Object.entries(members).map(([filename, checksum]) => ({ filename, checksum, packed: true }))
}

async function download(name: string, { id, state }: ZenodoRecord, { emulator }: Place): Promise<Buffer> {
  const headers = { authorization: `Bearer ${emulator.token}` }
  const key = encodeURIComponent(name)
  let address = `${emulator.url}/api/records/${id}/files/${key}/content`
  if (state !== 'done') {
    const deposition = await fetch(`${emulator.url}/api/deposit/depositions/${id}`, { headers })
    const { links } = (await deposition.json()) as { readonly links: { readonly bucket: string } }
    address = `${links.bucket}/${key}`
  }
  const response = await fetch(address, { headers })
  if (!response.ok) throw new Error(`${address}: ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}
