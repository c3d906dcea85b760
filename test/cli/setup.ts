/** What the tests of the command line have in common: a folder, a SQLite file, manifests, and the command as a process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createEmulator, type Emulator, type EmulatorSettings } from '../../src/emulator/server.ts'
import { type ServiceProcess, startService, stopServices } from '../support/service-process.ts'

interface Ended {
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** The `--json` document of a command. */
export interface Envelope {
  readonly ok: boolean
  readonly data?: { readonly copies?: CopyDocument[] } & Record<string, unknown>
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string; readonly details: unknown }
}
interface CopyDocument {
  readonly id: number
  readonly type: string
  readonly state: string
  readonly blockedBy: number | null
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
  readonly recordUrl: string | null
  readonly depositionId: number | string | null
}

export interface Desk {
  readonly folder: string
  readonly emulator: Emulator
  readonly env: Record<string, string>
  start(args: readonly string[], more?: Record<string, string>): ServiceProcess
  run(args: readonly string[], more?: Record<string, string>): Promise<Ended>
  /** Runs with `--json`, and expects one document and nothing else on standard output. */
  json(args: readonly string[], more?: Record<string, string>): Promise<{ code: Ended['code']; envelope: Envelope }>
  /** Writes a manifest with its files. @returns its path */
  manifest(draft?: Draft): Promise<string>
  close(): Promise<void>
}

interface Draft {
  readonly name?: string
  readonly doi?: string
  readonly version?: number
  readonly published?: boolean
  readonly software?: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, string>>
  /** Sources that are named but not written. */
  readonly absent?: readonly string[]
}

export async function openDesk(settings: Partial<EmulatorSettings> = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-cli-'))
  const emulator = await createEmulator({ settings })
  const env = {
    DATABASE_URL: `sqlite:${join(folder, 'copies.sqlite')}`,
    ZENODO_URL: emulator.url,
    ZENODO_TOKEN: emulator.token,
    ZENODO_REPLICATOR_HOSTNAME: 'here',
    ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.05',
    ZENODO_REPLICATOR_ZENODO_FIRST_LOOK_SECONDS: '0.05',
    ZENODO_REPLICATOR_ZENODO_RETRY_BASE_SECONDS: '0.05',
  }
  const start: Desk['start'] = (args, more = {}) => startService(args, { ...env, ...more })
  const run: Desk['run'] = async (args, more) => {
    const process = start(args, more)
    const code = await process.ended()
    return { code, ...process.said() }
  }
  return {
    folder,
    emulator,
    env,
    start,
    run,
    async json(args, more) {
      const { code, stdout, stderr } = await run([...args, '--json'], more)
      try {
        return { code, envelope: JSON.parse(stdout) as Envelope }
      } catch {
        throw new Error(`not one JSON document (exit code ${code}):\n${stdout}\n${stderr}`)
      }
    },
    manifest: (draft = {}) => writeManifest(folder, draft),
    async close() {
      await stopServices()
      await emulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function writeManifest(folder: string, draft: Draft): Promise<string> {
  const { name = 'manifest.json', doi = '10.5555/cli', version = 1, published = false } = draft
  const { software = { 'analysis.R': 'print(1)\n' }, data = {}, absent = [] } = draft
  const files = async (family: string, contents: Readonly<Record<string, string>>) => {
    const place = `${family}/v${version}`
    const listed = []
    for (const [path, content] of Object.entries(contents)) {
      await mkdir(dirname(join(folder, place, path)), { recursive: true })
      if (!absent.includes(path)) await writeFile(join(folder, place, path), content)
      listed.push({ path, size: Buffer.byteLength(content), source: `file:${place}/${path}` })
    }
    return listed
  }
  const manifest = {
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi },
    version: { number: version, published, publicationDate: '2026-11-01' },
    metadata: {
      titles: [{ title: 'A dataset for the command line' }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ descriptionType: 'Abstract', description: '<p>About it.</p>' }],
      types: { resourceTypeGeneral: 'Dataset' },
    },
    files: { data: await files('data', data), software: await files('software', software), supplemental: [] },
  }
  const path = join(folder, name)
  await writeFile(path, JSON.stringify(manifest))
  return path
}
