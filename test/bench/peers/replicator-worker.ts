/** The worker as it is run: the command itself in its own process, with a copy waiting for it. */
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TransferContender, TransferJob } from '../contender.ts'
import { enqueueFiles, openOwn, requireFinished, settingsOf } from '../parts/own-copy.ts'

const bin = fileURLToPath(new URL('../../../src/bin.js', import.meta.url))

export const contender: TransferContender = {
  name: 'zenodo-replicator, worker --once',
  enters: ['memory'],
  prepare: async (job) => {
    const app = await openOwn(job)
    await enqueueFiles(app, job)
    await app.close()
    await writeFile(configOf(job), configText(job))
  },
  command: (job) => [process.execPath, bin, 'worker', '--once', '--config', configOf(job)],
  check: async (job) => {
    const app = await openOwn(job)
    await requireFinished(app)
    await app.close()
  },
}

function configOf({ folder }: TransferJob): string {
  return join(folder, 'config.yaml')
}

/** JSON is YAML. */
function configText(job: TransferJob): string {
  const config: Record<string, Record<string, unknown>> = {}
  for (const [path, value] of Object.entries({ ...settingsOf(job), 'worker.host': hostname() })) {
    const [section = '', key = ''] = path.split('.')
    config[section] = { ...config[section], [key]: value }
  }
  return JSON.stringify(config)
}
