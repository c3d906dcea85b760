/** What a script in Python does: requests with a session, blocks of 1 MiB, files one after the other. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TransferContender } from '../contender.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../parts/python-requests.py', import.meta.url))
const ask = 'import requests, sys; print(sys.executable)'
let python = ''

/** The system's Python before one that a version manager puts in front of it, whose starter costs time of its own. */
async function findPython(): Promise<string | null> {
  for (const name of ['/usr/bin/python3', 'python3']) {
    python = await run(name, ['-c', ask]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    )
    if (python !== '') return null
  }
  return 'there is no python3 with requests (Debian: python3-requests)'
}

export const contender: TransferContender = {
  name: 'python-requests, blocks of 1 MiB',
  enters: ['one-file', 'tls', 'many-files', 'latency'],
  once: ['tls'],
  missing: findPython,
  command: (job) => [python, script, JSON.stringify(job)],
}
