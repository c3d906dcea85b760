/** Does the service end with what started it, also where that passes no signal on? */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The emulator's origin, once it listens. */
async function originOf({ stdout }: ChildProcess): Promise<string> {
  const [line] = (await once(stdout!, 'data')) as [Buffer]
  return (JSON.parse(line.toString()) as { url: string }).url
}

const answers = (origin: string) =>
  fetch(`${origin}/_emulator/records`).then(
    () => true,
    () => false,
  )

test('started by npx, it stops when npx is told to', async () => {
  // in a group of its own, so that nothing is left behind when this fails
  const npx = spawn('npx', ['zenodo-replicator', 'emulator'], { cwd: root, detached: true })
  onTestFinished(() => {
    if (isThere(-npx.pid!)) process.kill(-npx.pid!, 'SIGKILL')
  })
  const origin = await originOf(npx)
  expect(await answers(origin)).toBe(true)
  npx.kill('SIGTERM')
  await vi.waitFor(async () => expect(await answers(origin)).toBe(false), { timeout: 20_000, interval: 100 })
})

test('started through another process, it stops when that one is killed', async () => {
  const service = fork(`${root}/src/bin.js`, ['emulator'], { silent: true, execArgv: [] })
  onTestFinished(() => void service.kill('SIGKILL'))
  const origin = await originOf(service)
  const ended = once(service, 'exit')
  service.disconnect() // what the end of a process on the other side looks like
  expect(await ended).toEqual([0, null])
  expect(await answers(origin)).toBe(false)
})
