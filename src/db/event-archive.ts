/** Where are events kept that left the table? In files of JSON lines, one a month, which are only ever added to. */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'
import type { EventArchive } from '../replication/ports/event-log.ts'

/** @param folder must be there: one that is made anew could hide that its disk is not */
export function createEventArchive(folder: string): EventArchive {
  return {
    async append(entries) {
      const path = join(folder, `events-${new Date().toISOString().slice(0, 7)}.ndjson`)
      try {
        await appendLines(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
        await syncFolder(folder)
      } catch (error) {
        const { code = 'no reason given' } = error as NodeJS.ErrnoException
        const text = `Events cannot be archived in ${folder}: ${code}. They stay in the database.`
        throw new Failure('config_invalid', text, { cause: error, details: { setting: 'retention.folder' } })
      }
    },
  }
}

/** For its owner only: events may tell what is not public yet. */
async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    await dropTornLine(file)
    await file.appendFile(lines)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A crash in the midst of a line, or a full disk: its events are still in the table, and come again. */
async function dropTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const part = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; end -= part.length) {
    const from = Math.max(0, end - part.length)
    const { bytesRead } = await file.read(part, 0, end - from, from)
    const newline = part.subarray(0, bytesRead).lastIndexOf('\n')
    if (newline === -1 && from > 0) continue
    const whole = from + newline + 1
    if (whole < size) await file.truncate(whole)
    return
  }
}

/** Else a new file may be missing after a crash, although what it holds is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
