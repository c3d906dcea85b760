/** What does the API answer about all copies together? */
import { normaliseDoi } from '../core/doi.ts'
import { Failure } from '../core/failure.ts'
import { copyJson } from '../replication/copy-json.ts'
import { chainsOf } from '../replication/dataset-chains.ts'
import { readStatistics } from '../replication/statistics.ts'
import { copiesFile } from './copies-file.ts'
import type { overviewContract } from './overview-contract.ts'
import type { ServicePorts } from './ports.ts'
import { listRequest } from './queries.ts'
import type { Handlers } from './route.ts'

export function overviewRoutes({
  reading,
  largeBytes,
  requestsPerHour,
}: ServicePorts): Handlers<typeof overviewContract> {
  return {
    listErrors: async () => {
      const { groups, more } = await reading.errorGroups()
      return { status: 200, body: { groups: [...groups], more } }
    },
    getStatistics: async ({ query }) => ({ status: 200, body: await readStatistics(reading, query, requestsPerHour) }),
    getDataset: async ({ params }) => {
      const doi = normaliseDoi(params['*']) ?? params['*']
      const chains = await chainsOf(reading, doi)
      if (chains.length === 0) throw new Failure('copy_not_found', `There is no copy of a dataset ${doi}.`)
      return { status: 200, body: { doi, chains: chains.map((one) => ({ ...one, copies: one.copies.map(copyJson) })) } }
    },
    exportCopies: async ({ query: { format, ...query } }) => ({
      status: 200,
      ...copiesFile(reading, listRequest(query, largeBytes), format),
    }),
  }
}
