/** How is a server started as a process of its own, known by its address, and ended again by its id? */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ServerProcess {
  readonly url: string
  /** What the emulator tells besides its address. */
  readonly token: string
  stop(): Promise<void>
}

/** Starts `node <args>`, which must say `{"url": …}` in its first line on standard output. */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk).slice(-2000)))
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    await end(child)
  }
  try {
    const lines = createInterface({ input: child.stdout })
    const [line] = (await Promise.race([once(lines, 'line'), gone(child, () => lastWords)])) as [string]
    const { url, token = '' } = JSON.parse(line) as { url: string; token?: string }
    return { url, token, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function gone(child: ChildProcess, lastWords: () => string): Promise<never> {
  const [code] = await once(child, 'close')
  throw new Error(`${child.spawnargs.join(' ')} ended with ${code} before it said its address: ${lastWords()}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 3000)
  await exit
  clearTimeout(hard)
}
