/** `demo`: the whole way on this machine. Sample datasets, an emulated Zenodo, a database and the worker, all thrown away after. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../../app.ts'
import { type Config, loadConfig } from '../../config.ts'
import type { Emulator } from '../../emulator/server.ts'
import { createLogger } from '../../observe/logger.ts'
import { copyJson } from '../../replication/copy-json.ts'
import type { Context, Given } from '../command.ts'
import { resultText } from '../copy-table.ts'
import { enqueueAll } from '../enqueue-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { type NamedManifest, readManifests } from '../read-manifests.ts'
import { runCopies } from '../run-copies.ts'
import { runWorker } from '../run-worker.ts'
import { signInAddress } from '../sign-in-address.ts'
import { type StopSignals, stopOnSignals } from '../signals.ts'
import { startEmulator } from '../start-emulator.ts'
import { type Verified, verifyAtZenodo } from '../verify-at-zenodo.ts'
import { withApp } from '../with-app.ts'

interface Options {
  readonly keep?: boolean
  readonly port?: number
}

/** The same three steps up from `src/cli/commands` and from `dist/cli/commands`. */
const samples = fileURLToPath(new URL('../../../config/demo/', import.meta.url))

export async function run(context: Context, { options }: Given<Options>): Promise<Result> {
  const stop = stopOnSignals()
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-demo-'))
  try {
    // data copies are edited in place under the dataset's own DOI, for which Zenodo has to grant file edits
    const settings = { externalDoiFiles: 'granted', requestsPerMinute: 0, requestsPerHour: 0 } as const
    const emulator = await startEmulator({ port: options.port ?? 0, settings })
    try {
      return await show(context, { emulator, folder, stop, keep: options.keep === true })
    } finally {
      await emulator.close()
    }
  } finally {
    stop.release()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Stage {
  readonly emulator: Emulator
  readonly folder: string
  readonly stop: StopSignals
  readonly keep: boolean
}

async function show(context: Context, { emulator, folder, stop, keep }: Stage): Promise<Result> {
  const { output, actorName: requestedBy } = context
  output.talk(`An emulated Zenodo answers at ${emulator.url}; the database is a file in ${folder}.`)
  const manifests = await sampleManifests()
  return await withApp(demoConfig(emulator, folder), 'write', async (app) => {
    const enqueued = await enqueueAll(app, manifests, { options: {}, requestedBy })
    output.talk(
      `${enqueued.created} copies of ${manifests.length} dataset versions enqueued. The worker brings them over:`,
    )
    const ids = enqueued.copies.map((copy) => copy.id)
    const { copies, stopped } = await runCopies(app, ids, { output, stop: stop.signal })
    const checked = await verifyAtZenodo(emulator.url, copies, manifests)
    const isGood =
      copies.every((copy) => copy.state === 'finished') && checked.every((one) => one.problems.length === 0)
    const result = {
      data: { url: emulator.url, verified: isGood, records: checked, copies: copies.map(copyJson) },
      text: `${resultText(copies, output)}\n\n${verdict(checked)}`,
      exitCode: isGood ? exitCodes.done : stopped ? exitCodes.interrupted : exitCodes.copiesFailed,
    }
    if (!keep) return result
    await keepRunning(context, { app, emulator, result, stop })
    return { exitCode: result.exitCode }
  })
}

async function sampleManifests(): Promise<NamedManifest[]> {
  const names = await readdir(samples, { recursive: true })
  return await readManifests(names.filter((name) => name.endsWith('.json')).sort().map((name) => join(samples, name))) // biome-ignore format: one thought
}

/** Nothing of the person's own settings: the demo must neither need them nor touch what they name. */
function demoConfig(emulator: Emulator, folder: string): Config {
  const flags = {
    'database.url': `sqlite:${join(folder, 'demo.sqlite')}`,
    'zenodo.url': emulator.url,
    'zenodo.token': emulator.token,
    'zenodo.requestsPerMinute': 100_000,
    'zenodo.requestsPerHour': 1_000_000,
    'zenodo.firstLookSeconds': 0.05,
    'data.doi': 'dataset',
    'worker.pollSeconds': 0.1,
  }
  return loadConfig({ env: {}, flags }).config
}

function verdict(checked: readonly Verified[]): string {
  const problems = checked.flatMap((one) => one.problems)
  if (problems.length > 0) return `Not as it should be:\n${problems.map((line) => `  - ${line}`).join('\n')}`
  const files = checked.reduce((sum, one) => sum + one.files, 0)
  return `Verified: ${checked.length} records are published, and their ${files} files have the right names, sizes and md5 sums.`
}

/** The results are shown first, as the command does not end before a signal. */
async function keepRunning(
  { output, actor }: Context,
  { app, emulator, result, stop }: { app: App; emulator: Emulator; result: Result; stop: StopSignals },
): Promise<void> {
  output.result(result)
  const logger = await createLogger({ level: 'warn', pretty: output.interactive })
  // this host only: whoever has the link comes in by it
  const shown = await app.listen({ host: '127.0.0.1', port: 0, logger })
  const key = await app.signInLink({ name: 'demo', role: 'admin' }, actor('demo'))
  const { url, token } = emulator
  for (const line of [
    '',
    `The console, for you, once, within ten minutes: ${signInAddress(shown.url, key)}`,
    'The worker goes on as well: what is put back in the console, it brings over again.',
    `The emulated Zenodo goes on at ${url} until Ctrl-C. To look around:`,
    `  curl -s ${url}/_emulator/records     every record with its files and checksums`,
    `  curl -s ${url}/_emulator/requests    every request that was made`,
    `  curl -s -H 'Authorization: Bearer ${token}' ${url}/api/deposit/depositions`,
  ]) {
    output.talk(line)
  }
  try {
    // what a person puts back in the console is brought over, as by the service
    await runWorker(app, { mode: 'daemon', only: null }, stop.signal)
  } finally {
    await shown.close()
  }
}
