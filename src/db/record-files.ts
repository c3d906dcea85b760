/** Where do the files of a claimed copy go, and which are through? Many at a time, in one transaction. */
import type { ArchiveFact, FileFact, LeaseProof, PlacedFile } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced, updateClaimed } from './fence.ts'

/** Rows in one statement. */
const rowsAtOnce = 250

export async function placeFiles(
  db: Database,
  proof: LeaseProof,
  record: { readonly copyId: number; readonly files: readonly PlacedFile[] },
): Promise<void> {
  const { copyId, files } = record
  await fenced(db, proof, async (fence) => {
    await updateClaimed(fence, copyId, {})
    const ordinals = await ordinalsOf(fence, copyId, files)
    const alike = Map.groupBy(files, ({ archive, state }) => JSON.stringify([archive, state]))
    for (const group of alike.values()) {
      for (const some of chunks(group)) {
        const [{ archive, state }] = some
        await rowsOf(fence, copyId, some.map(ordinals)).update({ archive, state })
      }
    }
    const going = fence.trx('zenodo_copy_files').where('copy_id', copyId).whereNot('state', 'skipped')
    await updateClaimed(fence, copyId, { files_total: going.count('*') })
  })
}

export async function recordFiles(
  db: Database,
  proof: LeaseProof,
  record: {
    readonly copyId: number
    readonly files: readonly FileFact[]
    readonly archives: readonly ArchiveFact[]
  },
): Promise<void> {
  const { copyId, files, archives } = record
  await fenced(db, proof, async (fence) => {
    // a file that was sent is progress; finding the sent ones again is none, or a copy that kills its workers never stops
    const isProgress = files.some((file) => file.state === 'sent')
    await updateClaimed(fence, copyId, isProgress ? { rescues: 0 } : {})
    const ordinals = await ordinalsOf(fence, copyId, files)
    for (const alike of Map.groupBy(files, ({ state }) => state).values()) {
      for (const some of chunks(alike)) {
        const numbers = some.map(ordinals)
        const each = (value: (file: FileFact) => string | number | null) => byOrdinal(fence, numbers, some.map(value))
        await rowsOf(fence, copyId, numbers).update({
          state: some[0].state,
          md5: each((file) => file.md5),
          bytes_done: each((file) => file.bytesDone),
        })
      }
    }
    if (archives.length > 0) {
      const rows = archives.map(({ name, size, contents, md5 }) => ({ copy_id: copyId, name, size, contents, md5 }))
      await fence.trx('zenodo_copy_archives').insert(rows)
    }
  })
}

/** Files by their row: found by comparing here, as MySQL takes names that differ by a space at the end for the same. */
async function ordinalsOf(fence: Fenced, copyId: number, files: ReadonlyArray<{ readonly path: string }>) {
  const query = fence.trx('zenodo_copy_files').where('copy_id', copyId)
  const few = files.length <= rowsAtOnce
  if (few) {
    query.whereIn(
      'path',
      files.map(({ path }) => path),
    )
  }
  const known: Array<{ ordinal: number; path: string }> = await query.select('ordinal', 'path')
  const ordinals = new Map(known.map(({ path, ordinal }) => [path, ordinal]))
  return ({ path }: { readonly path: string }): number => {
    const ordinal = ordinals.get(path)
    if (ordinal === undefined) throw new Error(`copy ${copyId} has no file "${path}"`)
    return ordinal
  }
}

function rowsOf({ trx }: Fenced, copyId: number, ordinals: readonly number[]) {
  return trx('zenodo_copy_files')
    .where('copy_id', copyId)
    .whereIn('ordinal', [...ordinals])
}

function byOrdinal({ trx }: Fenced, ordinals: readonly number[], values: ReadonlyArray<string | number | null>) {
  const bindings = ordinals.flatMap((ordinal, index) => [ordinal, values[index] ?? null])
  return trx.raw(`CASE ordinal ${'WHEN ? THEN ? '.repeat(ordinals.length)}END`, bindings)
}

type Chunk<T> = readonly [T, ...T[]]

function* chunks<T>(items: readonly T[]): Generator<Chunk<T>> {
  for (let start = 0; start < items.length; start += rowsAtOnce) {
    const [first, ...others] = items.slice(start, start + rowsAtOnce)
    if (first !== undefined) yield [first, ...others]
  }
}
