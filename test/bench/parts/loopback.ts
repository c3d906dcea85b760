/** What do the files of a race come from and go to? A source and sinks in processes of their own, over TCP or TLS. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { trusting } from './certificate.ts'
import { md5OfSize, partsOf } from './content.ts'
import type { Identity } from './loopback-server.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { SinkSettings } from './sink-process.ts'
import type { SourceSettings } from './source-process.ts'

export interface Loopback {
  /** The `source` of a job for files of this size. */
  source(size: number): string
  /** Answers the md5 that files of the full size have. */
  readonly sink: ServerProcess
  readonly hashing: ServerProcess
  /** Variables that have clients trust them. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

export interface Ways {
  /** Before each answer, at both ends. */
  readonly latencyMs?: number
  readonly identity?: Identity | null
}

export async function openLoopback(size: number, { latencyMs = 0, identity = null }: Ways): Promise<Loopback> {
  const source = await startServer(programFor('source-process.ts', { latencyMs, identity } satisfies SourceSettings))
  const sinkWith = (md5: string | null) =>
    startServer(programFor('sink-process.ts', { md5, latencyMs, identity } satisfies SinkSettings))
  const sink = await sinkWith(md5OfSize(size))
  const hashing = await sinkWith(null)
  const close = async () => {
    await Promise.all([source.stop(), sink.stop(), hashing.stop()])
  }
  const env = identity === null ? {} : trusting(identity)
  return { source: (bytes) => `${source.url}/${bytes}`, sink, hashing, env, close }
}

function programFor(file: string, settings: object): readonly string[] {
  return [fileURLToPath(new URL(file, import.meta.url)), JSON.stringify(settings)]
}

/** One file of each size, `f1` in a folder of its own. */
export async function writeLocalFiles(memory: string, sizes: readonly number[]) {
  const folder = join(memory, 'local')
  for (const size of sizes) {
    await mkdir(join(folder, `${size}`), { recursive: true })
    await writeFile(join(folder, `${size}`, 'f1'), partsOf(size))
  }
  return {
    /** The `file:` address of the folder with the file of this size. */
    source: (size: number) => pathToFileURL(join(folder, `${size}`)).href,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** What a sink has got since this was last asked. Its certificate is of the bench's own making. */
export async function received({ url }: ServerProcess) {
  const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http')
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request(
      `${url}/received`,
      { rejectUnauthorized: false, agent: false },
      async (answer: AsyncIterable<Buffer>) => {
        let body = ''
        for await (const chunk of answer) body += chunk
        resolve(body)
      },
    )
    asked.on('error', reject).end()
  })
  return JSON.parse(text) as { files: number; bytes: number; md5s: string[] }
}
