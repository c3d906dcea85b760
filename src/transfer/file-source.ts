/** How is a file on this host opened, without leaving the folders that are allowed? */
import { constants } from 'node:fs'
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import { abortable } from './abortable.ts'
import type { ByteReader } from './byte-reader.ts'
import { naming, type OpenSource, requireSize, shortName, unavailable } from './source-checks.ts'

const where = 'this host'

/**
 * Opens a regular file below one of `fileRoots` or the manifest's folder, all taken after their symbolic links.
 * @throws Failure `source_not_allowed`, `source_missing`, `source_unavailable` or `source_size_differs`.
 */
export async function openFileSource(
  file: SourceFile,
  fileRoots: readonly string[],
  signal: AbortSignal,
): Promise<OpenSource> {
  const roots = await realRoots(file.fileRoot === null ? fileRoots : [...fileRoots, file.fileRoot])
  const path = await locate(file, roots)
  const handle = await openPath(file, path)
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw refused(file, 'it is not a regular file')
    await requireStillBelow(file, { handle, path, roots })
    requireSize(file, found.size, where)
    // from here on the signal closes the file, and it aborts once only
    signal.throwIfAborted()
  } catch (error) {
    await handle.close()
    throw error
  }
  return { ...naming(readHandle(handle, signal), file, where), where, endIsProven: true }
}

/**
 * A folder on the way may have become a link between the look and the opening. Linux tells where the open file lies; without
 * that the path is looked at once more, which somebody who changes it back in time would deceive.
 */
async function requireStillBelow(
  file: SourceFile,
  { handle, path, roots }: { readonly handle: FileHandle; readonly path: string; readonly roots: readonly string[] },
): Promise<void> {
  const told = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null)
  const place = told ?? (await realOrNull(file, path)) ?? path
  if (!roots.some((root) => isBelow(root, place))) throw refused(file, 'it was moved out of the allowed folders')
}

/** Read to its end, or until the signal; the file is closed then. */
function readHandle(handle: FileHandle, signal: AbortSignal): ByteReader {
  // the file was only read, so closing it can fail without harm; while a read is under way, it waits for that
  const close = () => void handle.close().catch(() => {})
  signal.addEventListener('abort', close, { once: true })
  return {
    async read(into) {
      signal.throwIfAborted()
      // a file system whose server is gone answers nothing, and cannot be told to stop: its memory is not used again (see slots)
      const { bytesRead } = await abortable(handle.read(into), signal)
      if (bytesRead === 0) {
        signal.removeEventListener('abort', close)
        await handle.close()
      }
      return bytesRead
    },
  }
}

/** The real path of the first reading of the source that exists, once it is known to lie below a root. */
async function locate(file: SourceFile, roots: readonly string[]): Promise<string> {
  for (const path of readings(file)) {
    const real = await realOrNull(file, path)
    // outside the roots even "there is no such file" would tell something
    if (!roots.some((root) => isBelow(root, real ?? path))) {
      throw refused(file, `${real ?? path} is in none of the allowed folders`)
    }
    if (real !== null) return real
  }
  throw new Failure('source_missing', `There is no file for "${file.path}" on ${where}.`, {
    details: { path: file.path, where },
  })
}

async function realOrNull(file: SourceFile, path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(shortName(error))) return null
    throw unavailable(file, where, error)
  }
}

/**
 * `file://…` is a URL. `file:` with a path is that path as written, since names with `%`, `#` and `?` are common in
 * datasets; only when there is no such file, its percent-escapes are decoded (RFC 8089 writes `file:/path` so).
 */
function readings(file: SourceFile): string[] {
  const text = file.source.replace(/^file:/i, '')
  if (text.startsWith('//')) return [pathOfUrl(file)]
  const plain = decoded(text)
  return (plain === text ? [text] : [text, plain]).map((path) => absolute(file, path))
}

function pathOfUrl(file: SourceFile): string {
  try {
    return fileURLToPath(file.source)
  } catch (error) {
    throw refused(file, `its file: address cannot be read (${shortName(error)})`)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // not percent-encoded at all, such as "50% of it.csv"
    return text
  }
}

function absolute(file: SourceFile, path: string): string {
  if (isAbsolute(path)) return resolve(path)
  if (file.fileRoot !== null) return resolve(file.fileRoot, path)
  throw refused(file, 'its path is relative, but the manifest came without a folder')
}

/** Roots that do not exist allow nothing. Both spellings are kept: the configured one serves absent files. */
async function realRoots(roots: readonly string[]): Promise<string[]> {
  const real = await Promise.all(
    roots.map(async (root) => {
      try {
        return await realpath(root)
      } catch {
        return null
      }
    }),
  )
  return [...new Set([...real.filter((root) => root !== null), ...roots.map((root) => resolve(root))])]
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

async function openPath(file: SourceFile, path: string): Promise<FileHandle> {
  try {
    // no link may have taken the place of the file we looked at, a named pipe must not keep us waiting, nor a terminal become ours
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    if (shortName(error) === 'EACCES') throw refused(file, 'this process may not read it')
    // what opening a socket, or a device that is not there, comes to
    if (shortName(error) === 'ENXIO') throw refused(file, 'it is not a regular file')
    throw unavailable(file, where, error)
  }
}

function refused(file: SourceFile, why: string): Failure {
  return new Failure('source_not_allowed', `The source of "${file.path}" is not allowed: ${why}.`, {
    details: { path: file.path, where },
  })
}
