/** How does the audit log become a file? */
import type { AuditEntry, AuditLog, AuditRequest } from '../replication/ports/audit-log.ts'
import { listFile } from './list-file.ts'

const pageSize = 1000
const columns = ['id', 'at', 'who', 'role', 'how', 'action', 'subject', 'reason', 'outcome', 'requestId'] as const

/** @returns what the answer to a download is */
export function auditFile(audit: AuditLog, filter: AuditRequest, format: 'csv' | 'json') {
  return listFile({
    name: 'audit',
    format,
    columns: columns.map((column) => [column, (entry: AuditEntry) => entry[column]] as const),
    page: async (cursor) => {
      const { entries, nextCursor } = await audit.list({ ...filter, limit: pageSize, cursor })
      return { rows: entries, nextCursor }
    },
  })
}
