/** One test's world: a real database, the emulated Zenodo, a source of files, and the whole service on top. */
import { createHash } from 'node:crypto'
import mysql from 'mysql2/promise'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { CopyType } from '../../src/core/copy.ts'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'
import { createEmulator, type Emulator } from '../../src/emulator/server.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'
import type { CopyView } from '../../src/replication/ports/desk.ts'
import { apiOf, type Backend, backends, databaseOf } from './backends.ts'
import { createTestDatabase } from './database.ts'
import { quickSettings } from './quick-settings.ts'
import { createSourceServer, type SourceServer } from './source-server.ts'
import { viewZenodo, type ZenodoView } from './zenodo-view.ts'

export interface VersionDraft {
  readonly doi?: string
  readonly number?: number
  readonly published?: boolean
  readonly publicationDate?: string
  readonly title?: string
  readonly metadata?: Record<string, unknown>
  /** Name → content, per family. */
  readonly data?: Record<string, string | Buffer>
  readonly software?: Record<string, string | Buffer>
  readonly supp?: Record<string, string | Buffer>
  readonly softwareLicense?: string
  /** False: files are known by size only. */
  readonly checksums?: boolean
}

export interface World {
  readonly app: App
  readonly emulator: Emulator
  readonly zenodo: ZenodoView
  readonly source: SourceServer
  readonly databaseUrl: string
  readonly events: ServiceEvent[]
  manifest(draft: VersionDraft): Manifest
  /** Enqueues a manifest as it is. @returns its copies by type. */
  enqueueManifest(manifest: Manifest, ...types: CopyType[]): Promise<Partial<Record<CopyType, CopyView>>>
  /** Enqueues a version; without types, what the manifest calls for. @returns its copies by type. */
  enqueue(draft: VersionDraft, ...types: CopyType[]): Promise<Partial<Record<CopyType, CopyView>>>
  /** Runs the worker until nothing is due, also later. */
  work(): Promise<void>
  /** Enqueues and works; @returns the copy of the (only) type named, as it is afterwards. */
  bring(draft: VersionDraft, type: CopyType): Promise<CopyView>
  copy(id: number): Promise<CopyView>
  /** Kills the service's sessions, as a restarted server or a firewall does (MariaDB only). */
  cutDatabase(): Promise<void>
  /** Changes the database behind the service's back. */
  sql(statement: string): Promise<void>
  /** Messages that wait for the repository, in order. */
  outbox(): Promise<Array<{ readonly kind: string; readonly payload: Record<string, unknown> }>>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly config?: Record<string, unknown>
  readonly emulator?: Record<string, unknown>
  /** A folder in which the emulated Zenodo keeps its files; else in memory. */
  readonly emulatorFolder?: string
}

export async function createWorld(backend: Backend, options: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase(databaseOf(backend))
  const emulator = await createEmulator({
    settings: { externalDoiFiles: 'granted', ...options.emulator },
    ...(options.emulatorFolder === undefined ? {} : { dataDir: options.emulatorFolder }),
  })
  const source = await createSourceServer()
  const { config } = loadConfig({
    env: {},
    hostname: 'test-host',
    flags: {
      'database.url': database.url,
      'zenodo.url': emulator.url,
      'zenodo.token': emulator.token,
      'zenodo.api': apiOf(backend),
      ...quickSettings,
      ...options.config,
    },
  })
  const app = await openApp(config)
  const events: ServiceEvent[] = []
  app.onEvent((event) => events.push(event))
  const copy = async (id: number) => {
    const found = await app.reading.get(id)
    if (!found) throw new Error(`no copy ${id}`)
    return found
  }
  const enqueueManifest: World['enqueueManifest'] = async (manifest, ...types) => {
    const results = await app.enqueue({
      manifest,
      fileRoot: null,
      types: types.length > 0 ? types : null,
      publish: false,
      priority: null,
      runAfter: null,
      requestedBy: 'test',
    })
    const views = await Promise.all(results.map((result) => copy(result.copy.id)))
    return Object.fromEntries(views.map((view) => [view.type, view]))
  }
  const enqueue: World['enqueue'] = (draft, ...types) => enqueueManifest(manifestOf(draft, source), ...types)
  const work = () => app.worker({ mode: 'once_and_wait', only: null }, new AbortController().signal)
  return {
    app,
    emulator,
    zenodo: viewZenodo(emulator.url, apiOf(backend)),
    source,
    databaseUrl: database.url,
    events,
    manifest: (draft) => manifestOf(draft, source),
    enqueueManifest,
    enqueue,
    work,
    async bring(draft, type) {
      const copies = await enqueue(draft, type)
      await work()
      return copy(copies[type]!.id)
    },
    copy,
    sql: async (statement) => void (await database.owner.db.knex.raw(statement)),
    async cutDatabase() {
      const connection = await mysql.createConnection(database.url)
      const own = 'DB = DATABASE() AND ID <> CONNECTION_ID()'
      const [rows] = await connection.query(`SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ${own}`)
      for (const { id } of rows as Array<{ id: number }>) await connection.query(`KILL ${id}`).catch(ignoreGone)
      await connection.end()
    },
    async outbox() {
      const rows: Array<{ kind: string; payload: string }> = await database.db.knex('outbox').orderBy('id')
      return rows.map(({ kind, payload }) => ({ kind, payload: JSON.parse(payload) }))
    },
    async close() {
      await app.close()
      await emulator.close()
      await source.close()
      await database.drop()
    },
  }
}

/** A session that has ended by itself meanwhile. */
function ignoreGone(error: { readonly errno?: number }): void {
  if (error.errno !== 1094) throw error
}

export const hex = (algorithm: string, content: string | Buffer) => createHash(algorithm).update(content).digest('hex')

const metadata = {
  titles: [{ title: 'Heights of sunflowers' }],
  creators: [{ name: 'Doe, Jane' }],
  descriptions: [{ description: 'All about sunflowers.', descriptionType: 'Abstract' }],
  types: { resourceTypeGeneral: 'Dataset' },
}

function manifestOf(draft: VersionDraft, source: SourceServer): Manifest {
  const number = draft.number ?? 1
  const files = (family: string, contents: Record<string, string | Buffer> = {}) =>
    Object.entries(contents).map(([path, content]) => ({
      path,
      size: Buffer.byteLength(content),
      ...(draft.checksums === false ? {} : { checksum: `sha-256:${hex('sha256', content)}` }),
      source: source.put(`${family}/v${number}/${path}`, content),
    }))
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: draft.doi ?? '10.5061/dryad.abc', id: '4711' },
    version: {
      number,
      published: draft.published ?? false,
      ...(draft.publicationDate ? { publicationDate: draft.publicationDate } : {}),
    },
    metadata: { ...metadata, ...(draft.title ? { titles: [{ title: draft.title }] } : {}), ...draft.metadata },
    files: {
      data: files('data', draft.data),
      software: files('software', draft.software),
      supplemental: files('supp', draft.supp),
    },
    ...(draft.softwareLicense ? { softwareLicense: draft.softwareLicense } : {}),
  })
  if (!parsed.ok) throw new Error(`bad manifest in a test: ${JSON.stringify(parsed.problems)}`)
  return parsed.manifest
}

/** Name → content as Zenodo's md5 would tell it. */
export function md5s(contents: Record<string, string | Buffer>): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, hex('md5', content)]))
}

/** Name → md5 of the files an emulated record holds. */
export function held(record: {
  readonly files: ReadonlyArray<{ filename: string; checksum: string }>
}): Record<string, string> {
  return Object.fromEntries(record.files.map((file) => [file.filename, file.checksum]))
}

/** Each database with each family that is submitted first and published later. */
export const submissions = backends.flatMap((kind) => [
  [kind, 'software', 'software_publish'] as const,
  [kind, 'supp', 'supp_publish'] as const,
])

/** Each database with one of these families, for what does not depend on the family. */
export const submissionsOnce = submissions.filter(([kind, family]) => (kind === 'sqlite') === (family === 'software'))

/** A version with these files in one family. */
export function versionOf(
  family: 'software' | 'supp',
  number: number,
  files: Record<string, string>,
  more: Partial<VersionDraft> = {},
): VersionDraft {
  return { number, [family]: files, ...more }
}
