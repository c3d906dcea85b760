/** `unpause`: the worker claims copies again. */
import type { Context } from '../command.ts'
import type { Result } from '../output.ts'
import { withService } from '../with-service.ts'

export async function run(context: Context): Promise<Result> {
  return await withService(context, 'write', async (service) => {
    const wasPaused = await service.unpause(context.actor(null))
    const text = wasPaused ? 'Copies are claimed again.' : 'It was not paused.'
    return { data: { wasPaused, switches: await service.switches() }, text }
  })
}
