/** What do the routes answer that tell what was told, and send it again? */
import { Failure } from '../core/failure.ts'
import type { Messages } from '../replication/ports/outbox.ts'
import { actorOf } from './actor.ts'
import type { messagesContract } from './messages-contract.ts'
import type { Handlers } from './route.ts'

export function messagesRoutes(messages: Messages): Handlers<typeof messagesContract> {
  return {
    listMessages: async ({ query: { copy, cursor, limit, ...filter } }) => {
      const found = await messages.list({ ...filter, copyId: copy, before: cursor, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return { status: 200, body: { messages: page, nextCursor: last === undefined ? null : String(last.id) } }
    },
    sendMessage: async ({ params, caller, requestId }) => {
      const sent = await messages.sendAgain({ id: params.id }, actorOf(caller, requestId, null))
      if (sent === 0) throw new Failure('message_not_found', `There is no message ${params.id}.`)
      return { status: 200, body: { sent } }
    },
    sendMessages: async ({ body, caller, requestId }) => {
      const sent = await messages.sendAgain({ dead: body ?? {} }, actorOf(caller, requestId, null))
      return { status: 200, body: { sent } }
    },
  }
}
