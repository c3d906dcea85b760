/** What does the route answer that gives a link to a file? */
import { actorOf } from './actor.ts'
import type { linkContract } from './link-contract.ts'
import type { ServicePorts } from './ports.ts'
import type { Handlers } from './route.ts'

export function linkRoutes({ linkTo }: Pick<ServicePorts, 'linkTo'>): Handlers<typeof linkContract> {
  return {
    linkFile: async ({ params, body, caller, requestId }) => {
      const actor = actorOf(caller, requestId, null)
      return { status: 200, body: await linkTo({ of: { copy: params.id }, path: body.file, actor }) }
    },
  }
}
