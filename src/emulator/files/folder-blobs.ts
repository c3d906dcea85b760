/** How are files kept in a folder? Uploads stream into `incoming/`, and move to `blobs/` when they are complete. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobSink, BlobStore } from './blob-store.ts'

const BUFFER_BYTES = 4 * 1024 * 1024

/** Opens the folder, and clears away what a process left that was killed: unfinished uploads, and bytes of no file in `used`. */
export async function openFolderBlobs(folder: string, used: ReadonlySet<string>): Promise<BlobStore> {
  const incoming = join(folder, 'incoming')
  const kept = join(folder, 'blobs')
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true })
  await mkdir(kept, { recursive: true })
  for (const fileId of await readdir(kept)) if (!used.has(fileId)) await rm(join(kept, fileId))

  return {
    receive: () => receiveInto(incoming, kept),
    open: (fileId) => createReadStream(join(kept, fileId), { highWaterMark: 1024 * 1024 }),
    async remove(fileIds) {
      for (const fileId of fileIds) await rm(join(kept, fileId), { force: true })
    },
    async clear() {
      await rm(kept, { recursive: true, force: true })
      await mkdir(kept, { recursive: true })
    },
  }
}

async function receiveInto(incoming: string, kept: string): Promise<BlobSink> {
  const path = join(incoming, randomUUID())
  const file = createWriteStream(path, { highWaterMark: BUFFER_BYTES })
  let failure: Error | undefined
  file.on('error', (error) => {
    failure = error
  })
  const close = async (): Promise<void> => {
    if (file.closed) return
    const closed = new Promise<void>((resolve) => file.once('close', () => resolve()))
    file.end()
    await closed
  }
  return {
    async write(chunk) {
      if (failure) throw failure
      if (!file.write(chunk)) await once(file, 'drain')
    },
    async keep(fileId) {
      await close()
      if (failure) throw failure
      await rename(path, join(kept, fileId))
    },
    async discard() {
      await close()
      await rm(path, { force: true })
    },
  }
}
