/** Are the gems of a peer in Ruby there, as Debian brings them? */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { QueueJob } from '../contender.ts'

const run = promisify(execFile)

/** `packages`: what brings them on Debian. */
export async function missingGems(gems: readonly string[], packages: string): Promise<string | null> {
  const requires = gems.flatMap((gem) => ['-r', gem])
  return await run('ruby', ['-r', 'logger', ...requires, '-e', '']).then(
    () => null,
    () => `Ruby with ${gems.join(' and ')} is not installed (Debian: ${packages})`,
  )
}

export function rubyCommand(script: string, job: QueueJob): readonly string[] {
  return ['ruby', '-W0', fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(job)]
}
