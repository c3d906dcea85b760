/** Does another worker process run on this host already? A lock that the kernel frees when its process dies. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'

export interface HostLock {
  release(): Promise<void>
}

/**
 * An abstract Unix socket: it needs no file, and no process can leave it behind (unix(7), "abstract"). Only Linux has
 * them; elsewhere the lease row alone decides, and the lock is always granted.
 * @param name one per host, database and lease
 * @returns null while another process holds it
 */
export async function takeHostLock(name: string): Promise<HostLock | null> {
  if (process.platform !== 'linux') return { release: async () => {} }
  const server = createServer((socket) => socket.destroy())
  // the kernel takes 107 bytes, and host names alone may be longer
  const key = createHash('sha256').update(name).digest('hex').slice(0, 32)
  const listening = await listen(server, `\0zenodo-replicator/${key}`)
  if (!listening) return null
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen({ path }, () => resolve(true))
  })
}
