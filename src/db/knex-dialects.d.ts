/** What do we use of knex's dialects? knex ships no types for them. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex'

  export default class BetterSqlite3Client extends Knex.Client {
    _driver(): unknown
    _formatBindings(bindings: unknown): unknown[]
  }
}

declare module 'knex/lib/dialects/mysql2/index.js' {
  import type { Knex } from 'knex'

  export default class Mysql2Client extends Knex.Client {
    acquireRawConnection(): Promise<unknown>
    validateConnection(connection: unknown): Promise<boolean>
    _query(connection: unknown, query: unknown): Promise<unknown>
  }
}
