/** What does a program cost, from its start to its end, with all the processes it starts? Time, CPU and memory. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Cost {
  readonly seconds: number
  /** Of all its processes, user and system. */
  readonly cpuSeconds: number
  /** MiB: the largest sum of the peaks (VmHWM) of the processes alive at one time, looked at every 20 ms. NaN off Linux. */
  readonly peakMiB: number
  readonly stdout: string
}

export interface Running {
  /** For what is written on the way. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Variables that it has besides. */
  readonly env?: Readonly<Record<string, string>>
}

/** bash's own `time` counts every descendant that was waited for, also those too short to be seen from outside. */
const timed = `TIMEFORMAT='%3R %3U %3S'; { time "$@" 2>&3; } 3>&2 2>"$0"`
const lookMs = 20
const longestMs = 180_000

/** Where `src/bin.js` keeps compiled code: contenders that run on Node start as the service does, ours and others. */
const keptCode = fileURLToPath(new URL('../../../node_modules/.cache/zenodo-replicator', import.meta.url))

/** @throws Error with the last words of a program that fails, or takes longer than three minutes. */
export async function measure(command: readonly string[], { folder, signal, env = {} }: Running): Promise<Cost> {
  const times = join(folder, 'times')
  signal.throwIfAborted()
  // a process group, so that the whole tree can be ended
  const child = spawn('bash', ['-c', timed, times, ...command], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: keptCode, ...process.env, ...env },
  })
  const pid = child.pid ?? 0
  const kill = () => killGroup(pid)
  process.on('exit', kill)
  signal.addEventListener('abort', kill)
  const tooLong = setTimeout(kill, longestMs)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr = (said.stderr + chunk).slice(-2000)))
  let peakKiB = 0
  const looking = setInterval(() => (peakKiB = Math.max(peakKiB, treeKiB(pid))), lookMs)
  const [code, byWhat] = (await once(child, 'close')) as [number | null, string | null]
  clearInterval(looking)
  clearTimeout(tooLong)
  process.off('exit', kill)
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (code !== 0) throw new Error(`ended with ${code ?? byWhat}: ${said.stderr.trim() || said.stdout.trim()}`)
  const [real = 0, user = 0, system = 0] = (await readFile(times, 'utf8')).trim().split(' ').map(Number)
  await rm(times)
  const peakMiB = peakKiB === 0 ? Number.NaN : peakKiB / 1024
  return { seconds: real, cpuSeconds: user + system, peakMiB, stdout: said.stdout }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // gone already
  }
}

/** Without the shell that takes the time. */
function treeKiB(shell: number): number {
  return childrenOf(shell).reduce((sum, pid) => sum + ownKiB(pid) + treeKiB(pid), 0)
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

function ownKiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** A process that has ended in the meantime, or a system without /proc, has nothing to tell. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
