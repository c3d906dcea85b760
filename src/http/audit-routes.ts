/** What do the routes answer that tell what people did and who is signed in? */
import { actorOf } from './actor.ts'
import type { auditContract } from './audit-contract.ts'
import { auditFile } from './audit-export.ts'
import type { AccessPorts } from './ports.ts'
import type { Handlers } from './route.ts'

export function auditRoutes({ audit, sessions }: AccessPorts): Handlers<typeof auditContract> {
  return {
    listAudit: async ({ query }) => ({ status: 200, body: await audit.list(query) }),
    exportAudit: async ({ query: { format, ...filter } }) => ({ status: 200, ...auditFile(audit, filter, format) }),
    listSessions: async () => ({ status: 200, body: { sessions: await sessions.list() } }),
    endSession: async ({ params, caller, requestId }) => {
      await sessions.end(params.id, actorOf(caller, requestId, null))
      return { status: 200, body: { ended: params.id } }
    },
  }
}
