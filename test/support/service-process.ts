/** The service as a process of its own, as an operator starts it: spawned, watched, signalled, and never left behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url))

export interface ServiceProcess {
  readonly pid: number
  /** Everything it has said so far. */
  readonly said: () => { readonly stdout: string; readonly stderr: string }
  /** Resolves once it has said something that matches, on either stream; rejects when it ends without. */
  says(pattern: RegExp): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Its exit code, or the name of the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts `zenodo-replicator …arguments`. Only the environment given is handed on, besides PATH and HOME.
 * @param within what the command line begins with, to run it on a host of a `Network`
 */
export function startService(
  args: readonly string[],
  env: Record<string, string> = {},
  within: readonly string[] = [],
): ServiceProcess {
  const { PATH = '', HOME = '' } = process.env
  const [command = '', ...rest] = [...within, process.execPath, bin, ...args]
  const child = spawn(command, rest, {
    env: { PATH, HOME, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const said = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  const hear = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    said[stream] += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear('stdout'))
  child.stderr.on('data', hear('stderr'))
  const end = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    for (const listener of listeners) listener()
    return (code ?? signal) as number | NodeJS.Signals
  })
  return {
    pid: child.pid ?? 0,
    said: () => ({ ...said }),
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(said.stdout) || pattern.test(said.stderr)) resolve()
          else if (!running.has(child))
            reject(new Error(`ended without saying ${pattern}:\n${said.stdout}\n${said.stderr}`))
          else return
          listeners.delete(look)
        }
        listeners.add(look)
        look()
      }),
    signal: (name) => void child.kill(name),
    ended: () => end,
  }
}

/** For afterEach: ends what a failing test left running. */
export async function stopServices(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      return once(child, 'close')
    }),
  )
}
