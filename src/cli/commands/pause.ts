/** `pause`: the worker claims no more copies; running ones go on. Works from any host, through the database. */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly reason?: string }>): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'write', async ({ desk }) => {
    await desk.setSwitch('pause', context.actor(options.reason ?? null))
    return { data: { switches: await desk.switches() }, text: 'Paused: no more copies are claimed until `unpause`.' }
  })
}
