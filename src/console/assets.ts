/** What does a browser load beside the pages? Few files, under an address that changes with their content, so that it may keep them. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const compress = promisify(gzip)

/** The same two steps up from `src/console` and from `dist/console`. */
const folder = new URL('../../assets/', import.meta.url)
const turbo = fileURLToPath(import.meta.resolve('@hotwired/turbo')).replace(/-umd\.js$/, '-esm.js')

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface Assets {
  /** The address of one of them. */
  readonly address: (name: string) => string
}

interface Asset {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
  readonly compressed: Buffer
}

/** Read once: a page that was open while the service was replaced asks for the address of before, and gets what is there now. */
export async function addAssets(server: FastifyInstance): Promise<Assets> {
  const assets = new Map((await readAssets()).map((asset) => [asset.name, asset]))
  const hash = createHash('sha256')
  for (const { bytes } of assets.values()) hash.update(bytes)
  const mark = hash.digest('hex').slice(0, 12)
  server.get<{ Params: { mark: string; name: string } }>('/assets/:mark/:name', quiet, (request, reply) => {
    const asset = assets.get(request.params.name)
    if (asset === undefined) return reply.callNotFound()
    const current = request.params.mark === mark
    const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    reply.headers({
      'cache-control': current ? 'public, max-age=31536000, immutable' : 'no-store',
      'content-type': asset.type,
      vary: 'accept-encoding',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    })
    return reply.send(zipped ? asset.compressed : asset.bytes)
  })
  return { address: (name) => `/assets/${mark}/${name}` }
}

const quiet = { logLevel: 'warn', schema: { hide: true } } as const

async function readAssets(): Promise<Asset[]> {
  const names = (await readdir(folder)).filter((name) => extname(name) in types && !name.endsWith('.d.ts'))
  const ours = names.toSorted().map((name) => ({ name, path: fileURLToPath(new URL(name, folder)) }))
  return await Promise.all(
    [...ours, { name: 'turbo.js', path: turbo }].map(async ({ name, path }) => {
      const bytes = await readFile(path)
      return { name, type: types[extname(name)] ?? '', bytes, compressed: await compress(bytes) }
    }),
  )
}
