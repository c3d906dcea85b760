/** What is the HTTP API handed? Loaded only by the command that serves it. */
import type { Config } from './config.ts'
import type { Database } from './db/connection.ts'
import { requireCurrentSchema } from './db/migrate.ts'
import type { Store } from './db/store.ts'
import { type ListenAt, type Listening, listen } from './http/server.ts'
import { holderOf } from './replication/tokens.ts'

export type { ListenAt } from './http/server.ts'

interface Parts {
  readonly config: Config
  readonly store: Store
  readonly database: Database
}

/** Answers until it is closed. @throws Failure `config_invalid` when the address cannot be listened on */
export async function serve({ config, store, database }: Parts, at: ListenAt): Promise<Listening> {
  const ports = {
    reading: store.reading,
    desk: store.desk,
    leases: store.leases,
    leaseName: config.worker.lease.name,
    holderOf: (token: string) => holderOf(store.tokens, token),
    requireReady: async () => {
      await database.ping()
      await requireCurrentSchema(database)
    },
  }
  return await listen(ports, at)
}
