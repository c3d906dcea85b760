/** What do we use of knex's better-sqlite3 dialect? knex ships no types for it. */
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex'

  export default class BetterSqlite3Client extends Knex.Client {
    _driver(): unknown
    _formatBindings(bindings: unknown): unknown[]
  }
}
