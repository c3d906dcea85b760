/** How does the audit log become a file? Page after page as it is read, so that its length does not matter. */
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import type { AuditEntry, AuditLog, AuditRequest } from '../replication/ports/audit-log.ts'

const pageSize = 1000
const columns = ['id', 'at', 'who', 'role', 'how', 'action', 'subject', 'reason', 'outcome', 'requestId'] as const

/** @returns what the answer to a download is */
export function auditFile(audit: AuditLog, filter: AuditRequest, format: 'csv' | 'json') {
  const lines = format === 'csv' ? asCsv : asJson
  const type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson'
  const name = `audit.${format === 'csv' ? 'csv' : 'ndjson'}`
  return {
    body: Readable.from(parts(audit, filter, lines)),
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  }
}

async function* parts(audit: AuditLog, filter: AuditRequest, lines: typeof asCsv): AsyncGenerator<string> {
  let cursor: string | undefined
  for (let isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await audit.list({ ...filter, limit: pageSize, cursor })
    yield lines(page.entries, isFirst)
    cursor = page.nextCursor ?? undefined
  }
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function asCsv(entries: readonly AuditEntry[], header: boolean): string {
  const rows = entries.map((entry) => columns.map((column) => entry[column]))
  return stringify(rows, { header, columns: [...columns], escape_formulas: true, record_delimiter: 'windows' })
}

function asJson(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}
