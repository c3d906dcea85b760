/**
 * How does knex speak to MySQL over lines that may fail? Its mysql2 dialect, where every wait for an answer has an end.
 *
 * A line that swallows packets closes nothing: the system repeats what it sends for a quarter of an hour, and mysql2 waits for as
 * long. What was asked may have been done, as with any connection that breaks.
 */
import Mysql2Client from 'knex/lib/dialects/mysql2/index.js'
import { refersElsewhere } from './dialect.ts'
import { patienceMs } from './patience.ts'

interface Connection {
  readonly stream: { destroy(error: Error): unknown }
}

/** What is known of a connection. The time of silence is common to all of a client: a transaction has a client of its own. */
interface Known {
  heardAt: number
  isUnfit: boolean
  readonly common: { silentSince: number }
}

const known = new WeakMap<object, Known>()

/**
 * The same client, but a connection whose answer does not come in time is given up, with all that waits there. So are those
 * that have not been heard of since: mostly they are lost for the same reason, and to find that out for one after another takes too long. And so is
 * one to a server that refers elsewhere, once what runs there has ended.
 */
export class PatientMysqlClient extends Mysql2Client {
  readonly #common = { silentSince: Number.NEGATIVE_INFINITY }

  override async acquireRawConnection(): Promise<unknown> {
    const connection = (await super.acquireRawConnection()) as Connection
    known.set(connection, { heardAt: performance.now(), isUnfit: false, common: this.#common })
    return connection
  }

  override async validateConnection(connection: Connection): Promise<boolean> {
    const { heardAt = 0, isUnfit = false } = known.get(connection) ?? {}
    return !isUnfit && heardAt >= this.#common.silentSince && (await super.validateConnection(connection))
  }

  override async _query(connection: Connection, query: unknown): Promise<unknown> {
    const ms = patienceMs()
    const timer = ms === null ? undefined : setTimeout(giveUp, ms, connection, performance.now())
    try {
      const answer = await super._query(connection, query)
      Object.assign(known.get(connection) ?? {}, { heardAt: performance.now() })
      return answer
    } catch (error) {
      if (refersElsewhere(error)) Object.assign(known.get(connection) ?? {}, { isUnfit: true })
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function giveUp(connection: Connection, askedAt: number): void {
  const common = known.get(connection)?.common
  if (common !== undefined) common.silentSince = Math.max(common.silentSince, askedAt)
  connection.stream.destroy(Object.assign(new Error('no answer came in time'), { code: 'ETIMEDOUT' }))
}
