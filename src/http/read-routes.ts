/** What do the routes answer that only look? */
import { redact } from '../core/redact.ts'
import { copyJson } from '../replication/copy-json.ts'
import { etagOf } from './action-routes.ts'
import type { Contract } from './contract.ts'
import { copyOf } from './copy-of.ts'
import type { ServicePorts } from './ports.ts'
import { listRequest } from './queries.ts'
import type { Handlers } from './route.ts'
import { standingOf } from './standing.ts'

type ReadRoutes = 'listCopies' | 'getCopy' | 'listEvents' | 'listFiles' | 'getStatus' | 'whoAmI'

export function readRoutes(ports: ServicePorts): Pick<Handlers<Contract>, ReadRoutes> {
  const { reading } = ports
  return {
    listCopies: async ({ query }) => {
      const { copies, nextCursor } = await reading.list(listRequest(query, ports.largeBytes))
      return { status: 200, body: { copies: copies.map(copyJson), nextCursor } }
    },
    getCopy: async ({ params }) => {
      const copy = await copyOf(ports, params.id)
      return { status: 200, body: copyJson(copy), headers: { etag: etagOf(copy) } }
    },
    listEvents: async ({ params }) => {
      const { eventsArchived } = await copyOf(ports, params.id)
      return { status: 200, body: { events: await reading.events(params.id), archived: eventsArchived } }
    },
    listFiles: async ({ params }) => {
      await copyOf(ports, params.id)
      const files = await reading.files(params.id)
      // a source may be an address with a signature
      return { status: 200, body: { files: files.map((file) => ({ ...file, source: redact(file.source) })) } }
    },
    getStatus: async () => ({ status: 200, body: await statusOf(ports) }),
    whoAmI: async ({ caller }) => ({ status: 200, body: caller }),
  }
}

async function statusOf(ports: ServicePorts) {
  const { reading, leaseName } = ports
  const [counts, waiting, oldestDue, standing, worker] = await Promise.all([
    reading.counts(),
    reading.waiting(),
    reading.oldestDue(),
    standingOf(ports),
    reading.worker(leaseName),
  ])
  const rateLimit = worker === null || worker.stale ? null : worker.zenodo.rateLimit
  return { counts, waiting, oldestDue, ...standing, worker, rateLimit }
}
