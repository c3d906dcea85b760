/** What do contenders made of shell commands have in common? Tools looked for by name, and the job as variables. */
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { TransferJob } from '../contender.ts'

/** @returns a sentence naming the first tool that is not installed, or null. */
export async function lacking(tools: readonly string[]): Promise<string | null> {
  for (const tool of tools) if ((await findTool(tool)) === null) return `${tool} is not installed`
  return null
}

/** @returns where in the PATH it is, or null. */
export async function findTool(tool: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder, tool)
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return null
}

/**
 * The command that has bash call `copy <name>` for each file, `inFlight` at once, each in a shell of its own as one would
 * write it. `copy` sees the job as SOURCE, TARGET, SIZE, MD5, TOKEN and FOLDER.
 */
export function forEachFile(copy: string, job: TransferJob): readonly string[] {
  const variables = { SOURCE: job.source, TARGET: job.target, SIZE: `${job.size}`, MD5: job.md5, TOKEN: job.token }
  const settings = Object.entries({ ...variables, FOLDER: job.folder }).map(([name, value]) => `${name}=${value}`)
  const all = `seq ${job.files} | xargs -P ${job.inFlight} -I {} bash -c 'set -euo pipefail; copy f{}'`
  const script = `set -euo pipefail\ncopy() {\n${copy}\n}\nexport -f copy\n${job.files === 1 ? 'copy f1' : all}`
  return ['env', ...settings, 'bash', '-c', script]
}
