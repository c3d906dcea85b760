/** The emulated Zenodo as a process of its own, which can be killed and started again with what it holds. */
import { freePort } from '../support/mariadb-server.ts'
import { type ServiceProcess, startService } from '../support/service-process.ts'

export interface ZenodoProcess {
  readonly url: string
  readonly token: string
  start(): Promise<void>
  kill(): Promise<void>
}

export async function openZenodo(folder: string): Promise<ZenodoProcess> {
  const token = `canary-token-${crypto.randomUUID()}`
  const port = await freePort()
  let running: ServiceProcess | null = null
  const start = async () => {
    const given = { port, data: folder, token, 'file-edits': 'granted' }
    running = startService([
      'emulator',
      ...Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ])
    await running.says(/"url"/)
  }
  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    start,
    async kill() {
      running?.signal('SIGKILL')
      await running?.ended()
    },
  }
}
