/** Has this process what it needs of its host: memory, open files, room on disks, files that only it may read? */
import { readFile, stat, statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import prettyBytes from 'pretty-bytes'
import type { Config } from '../../config.ts'
import { type Finding, orElse } from './finding.ts'

/** Of the service beside the files in flight (docs/performance.md). */
const ownBytes = 200 * 1024 * 1024
const bytesPerFile = 4 * 1024 * 1024
const littleRoom = 1024 ** 3

/** By statfs(2). */
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  16914839: '9p',
  1702057286: 'FUSE',
  12805120: 'Ceph',
}

/** What this process may use. */
export interface Means {
  readonly memoryBytes: number
  readonly openFiles: number
}

export async function means(): Promise<Means> {
  const limit = process.constrainedMemory()
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, soft = ''] = /^Max open files +(\d+)/m.exec(limits) ?? []
  return { memoryBytes, openFiles: soft === '' ? Number.POSITIVE_INFINITY : Number(soft) }
}

/** @param has what there is */
export function judgeMeans({ worker }: Config, has: Means): readonly Finding[] {
  const files = worker.slots * worker.filesInFlightMost
  const needsBytes = ownBytes + files * bytesPerFile
  // a source and a connection each, and those of the database, the log and the libraries
  const needsFiles = files * 2 + 100
  const troubles: Finding[] = []
  if (has.memoryBytes < needsBytes) {
    troubles.push([
      'warn',
      `A worker may need ${prettyBytes(needsBytes)} of memory; this process may use ${prettyBytes(has.memoryBytes)}.`,
      'Raise the limit, or lower worker.slots or worker.filesInFlightMost.',
    ])
  }
  if (has.openFiles < needsFiles) {
    troubles.push([
      'warn',
      `A worker may need ${needsFiles} open files; this process may have ${has.openFiles}.`,
      'Raise LimitNOFILE= in the unit, or `ulimit -n`.',
    ])
  }
  return orElse(troubles, `Node ${process.version}; memory and open files suffice for ${files} files in flight.`)
}

/** Room and kind of the places that are written to. */
export async function disks({ database, retention }: Config): Promise<readonly Finding[]> {
  const file = database.url.startsWith('sqlite:') ? database.url.slice('sqlite:'.length) : null
  const found = [
    ...(file === null ? [] : await judgeDisk('The SQLite database', dirname(file), true)),
    ...(retention.folder === '' ? [] : await judgeDisk('retention.folder', retention.folder, false)),
  ]
  return orElse(found, 'There is room on the disks that are written to.')
}

async function judgeDisk(what: string, folder: string, locks: boolean): Promise<Finding[]> {
  const disk = await statfs(folder).catch(() => null)
  return disk === null ? [] : judgeFileSystem({ what, folder, locks }, disk)
}

interface FileSystem {
  readonly type: number
  readonly bavail: number
  readonly bsize: number
}

/** @param place.locks whether what lies there depends on locks of the file system */
export function judgeFileSystem(
  { what, folder, locks }: { readonly what: string; readonly folder: string; readonly locks: boolean },
  { type, bavail, bsize }: FileSystem,
): Finding[] {
  const room = bavail * bsize
  const network = networkFileSystems[type]
  const troubles: Finding[] = []
  if (room < littleRoom) {
    troubles.push([
      'warn',
      `${what} lies in ${folder}, where ${prettyBytes(room)} are free.`,
      'Make room: a full disk stops the worker.',
    ])
  }
  if (locks && network !== undefined) {
    troubles.push([
      'warn',
      `${what} lies in ${folder}, which is ${network}: its locks are not to be relied on.`,
      'Put it on a disk of this host, or take MySQL or MariaDB.',
    ])
  }
  return troubles
}

/** Files with secrets that others on this host may read. */
export async function secrets({ database, zenodo, webhook, mail, server }: Config): Promise<readonly Finding[]> {
  const files = [
    ['database.urlFile', database.urlFile],
    ['zenodo.tokenFile', zenodo.tokenFile],
    ['webhook.secretFile', webhook.secretFile],
    ['mail.passwordFile', mail.passwordFile],
    ['server.oidc.clientSecretFile', server.oidc.clientSecretFile],
  ] as const
  const found = await Promise.all(
    files.filter(([, file]) => file !== '').map(async ([setting, file]) => await judgeSecret(setting, file)),
  )
  return orElse(found.flat(), 'No file with a secret is open to others.')
}

async function judgeSecret(setting: string, file: string): Promise<Finding[]> {
  const { mode } = await stat(file)
  if ((mode & 0o007) === 0) return []
  const found = `${file} (${setting}) is open to everybody on this host (mode ${(mode & 0o777).toString(8)}).`
  return [['warn', found, `chmod o= ${file}, and renew what it holds.`]]
}
