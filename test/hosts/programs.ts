/** What else runs on the hosts of a test: the emulated Zenodo, and relays through which the test reaches what is there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Host } from '../support/network.ts'
import { relay } from '../support/relay.ts'

interface Running<T> {
  readonly value: T
  stop(): Promise<void>
}

export async function startEmulator(host: Host): Promise<Running<{ readonly url: string; readonly token: string }>> {
  const program = await startProgram(host, 'run-emulator.ts', [host.address])
  return { value: JSON.parse(program.firstLine) as { url: string; token: string }, stop: program.stop }
}

/** @returns a port of 127.0.0.1 in the network of the test that leads to the one of the host */
export async function reach(
  host: Host,
  port: number,
  { through, folder }: { readonly through: Host; readonly folder: string },
): Promise<Running<number>> {
  const path = join(folder, `relay-${host.address}-${port}`)
  const program = await startProgram(through, 'run-relay.ts', [path, host.address, String(port)])
  const server = relay({ path }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.close()
    await program.stop()
  }
  return { value: (server.address() as AddressInfo).port, stop }
}

/** Ends with the test, however that ends: its standard input is closed then. */
async function startProgram(host: Host, name: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(name, import.meta.url))
  const [command = '', ...rest] = [...host.within, process.execPath, path, ...args]
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { firstLine: String(line), stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.stdin?.end()
  await gone
}
