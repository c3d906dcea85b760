/** `unpause`: the worker claims copies again. */
import type { Context } from '../command.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'write', async ({ desk }) => {
    const wasPaused = await desk.clearSwitch('pause', context.actor(null))
    const text = wasPaused ? 'Copies are claimed again.' : 'It was not paused.'
    return { data: { wasPaused, switches: await desk.switches() }, text }
  })
}
