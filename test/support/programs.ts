/** Which programs of others are here, for tests that ask them? */
import { spawnSync } from 'node:child_process'

export interface Asked {
  readonly code: number | null
  readonly said: string
}

/** Runs a program to its end. */
export function ask(command: string, args: readonly string[], input = ''): Asked {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  return { code: status, said: `${stdout}${stderr}` }
}

/** Whether the program can be run here. */
export function isHere(command: string): boolean {
  return spawnSync(command, ['--version']).error === undefined
}
