/** On what was it measured? Nothing that names the machine. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { md5OfSize } from './content.ts'
import { peerVersions } from './peer-module.ts'

const run = promisify(execFile)

export async function aboutMachine(): Promise<Record<string, string>> {
  const { version: undici } = createRequire(import.meta.url)('undici/package.json') as { version: string }
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB of memory`
  return {
    Machine: `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory}, ${process.platform}`,
    'Node.js': `${process.versions.node} (OpenSSL ${process.versions.openssl}), undici ${undici}`,
    curl: await run('curl', ['--version']).then(({ stdout }) => /^curl (\S+)/.exec(stdout)?.[1] ?? '', () => 'none'), // biome-ignore format: one thought
    'Queues of Node.js':
      Object.entries(await peerVersions())
        .map((each) => each.join(' '))
        .join(', ') || 'none installed',
    'md5 on one core': `${md5Rate()} MB/s, which is as fast as one file can go when its md5 must be known`,
  }
}

/** MB/s, measured now. */
export function md5Rate(): number {
  const bytes = 512 * 1024 * 1024
  const start = performance.now()
  md5OfSize(bytes)
  return Math.round(bytes / 1000 / (performance.now() - start))
}
