/** Is the database server set up so that the service can work? What sessions can set for themselves the service does. */
import prettyBytes from 'pretty-bytes'
import type { App } from '../../app.ts'
import { type Finding, orElse } from './finding.ts'

/** A line of the repository may have 8 MiB, and goes into one statement. */
const neededPacket = 16 * 1024 * 1024

type Facts = Awaited<ReturnType<App['database']['serverFacts']>>

export function judgeServer(facts: Facts): readonly Finding[] {
  if (facts === null) return [['ok', 'SQLite needs no server.']]
  const troubles: Finding[] = []
  const wrong = (found: string, right: string) => troubles.push(['warn', found, right])
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(facts.version) ?? []
  const isMaria = /mariadb/i.test(facts.version)
  const release = Number(major) * 100 + Number(minor)
  if (release < (isMaria ? 1006 : 800)) wrong(`The server is ${facts.version}.`, 'MySQL 8 or MariaDB 10.6 and later.')
  if (facts.logsStatements) {
    wrong(
      'binlog_format is STATEMENT, with which InnoDB refuses all that the service writes (it reads committed rows).',
      'SET GLOBAL binlog_format = ROW, or MIXED; then connect anew.',
    )
  }
  if (facts.maxAllowedPacket < neededPacket) {
    const found = prettyBytes(facts.maxAllowedPacket, { binary: true })
    wrong(`max_allowed_packet is ${found}: large manifests are refused.`, 'At least 16 MiB; 64 MiB is usual.')
  }
  if (facts.readOnly) wrong('The server is read-only.', 'Name the one that takes writes in database.url.')
  if (facts.maxConnections < 50) {
    wrong(`max_connections is ${facts.maxConnections}.`, 'Each process of the service may take 20.')
  }
  return orElse(troubles, `The server is ${facts.version}, and is set up for the service.`)
}
