/** Where does the relay in C come from? Compiled where there is a C compiler with the headers of libcrypto. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TransferJob } from '../contender.ts'

const run = promisify(execFile)
let program = ''
let building: Promise<string | null> | null = null

/** @returns why there is none, or null. Compiles when asked for the first time. */
export function missingRelay(): Promise<string | null> {
  building ??= build()
  return building
}

async function build(): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'zenodo-replicator-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  program = join(folder, 'c-relay')
  const code = fileURLToPath(new URL('c-relay.c', import.meta.url))
  return await run('cc', ['-O2', '-D_GNU_SOURCE', '-o', program, code, '-lcrypto']).then(
    () => null,
    () => 'there is no C compiler with the headers of libcrypto (Debian: gcc and libssl-dev)',
  )
}

export function relayCommand(mode: 'md5' | 'none', { source, target, files, md5 }: TransferJob): readonly string[] {
  const [from, to] = [new URL(source), new URL(target)]
  return [program, mode, from.port, from.pathname, to.port, to.pathname, `${files}`, md5]
}
