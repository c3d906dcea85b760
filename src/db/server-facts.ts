/** How is the database server set up, as far as no session can choose for itself? For `doctor`. */
import type { Database } from './connection.ts'

export interface ServerFacts {
  readonly version: string
  /** The binary log is written, as statements. */
  readonly logsStatements: boolean
  /** Bytes. */
  readonly maxAllowedPacket: number
  readonly maxConnections: number
  readonly readOnly: boolean
}

/** Null: SQLite. */
export async function serverFacts({ knex, dialect }: Database): Promise<ServerFacts | null> {
  if (dialect.rights === null) return null
  const names = ['version', 'log_bin', 'binlog_format', 'max_allowed_packet', 'max_connections', 'read_only']
  // not all releases have all of them, and one that is selected but not there is an error
  const where = names.map((name) => `'${name}'`).join(', ')
  const answer = await knex.raw(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${where})`)
  const rows = dialect.rows(answer) as Array<{ readonly Variable_name: string; readonly Value: string }>
  const values = new Map(rows.map((row) => [row.Variable_name, row.Value]))
  const isOn = (name: string) => values.get(name) === 'ON'
  return {
    version: values.get('version') ?? 'unknown',
    logsStatements: isOn('log_bin') && values.get('binlog_format') === 'STATEMENT',
    maxAllowedPacket: Number(values.get('max_allowed_packet')),
    maxConnections: Number(values.get('max_connections')),
    readOnly: isOn('read_only'),
  }
}
