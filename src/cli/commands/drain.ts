/** `drain`: pauses, and with --wait comes back when nothing is running any more. */
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../../app.ts'
import type { Context, Given } from '../command.ts'
import type { Output, Result } from '../output.ts'
import { withApp } from '../with-app.ts'

interface Options {
  readonly reason?: string
  readonly wait?: boolean
}

const lookEveryMs = 1000

export async function run(context: Context, { options }: Given<Options>): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'write', async (app) => {
    const isPaused = (await app.desk.switches()).some((one) => one.name === 'pause')
    // who paused before, and why, stays on record
    if (!isPaused) await app.desk.setSwitch('pause', context.actor(options.reason ?? 'drain'))
    const running = options.wait ? await waitForIdle(app, context.output) : await countRunning(app)
    const text = running === 0 ? 'Paused, and nothing is running.' : `Paused; ${running} still running.`
    return { data: { running, switches: await app.desk.switches() }, text }
  })
}

async function waitForIdle(app: App, output: Output): Promise<number> {
  let last = -1
  for (;;) {
    const running = await countRunning(app)
    if (running === 0) return running
    if (running !== last) output.talk(`waiting for ${running} running ${running === 1 ? 'copy' : 'copies'}`)
    last = running
    await delay(lookEveryMs)
  }
}

async function countRunning({ reading }: App): Promise<number> {
  const counts = await reading.counts()
  return counts.filter(({ state }) => state === 'replicating').reduce((sum, { count }) => sum + count, 0)
}
