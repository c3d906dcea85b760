/** `pause`: the worker claims no more copies; running ones go on. Works from any host, through the database or the service. */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { withService } from '../with-service.ts'

export async function run(context: Context, { options }: Given<{ readonly reason?: string }>): Promise<Result> {
  return await withService(context, 'write', async (service) => {
    await service.pause(context.actor(options.reason ?? null))
    return { data: { switches: await service.switches() }, text: 'Paused: no more copies are claimed until `unpause`.' }
  })
}
