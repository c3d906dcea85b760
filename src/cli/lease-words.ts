/** What does the lease row say, in words and as data? */
import prettyMs from 'pretty-ms'
import type { LeaseRow } from '../replication/ports/lease.ts'

/** The holder without its process identity, and the times; ages are by the database's clock. */
export function leaseJson(row: LeaseRow) {
  const { name, host, term, beat, expired, acquiredAt, renewedAt, expiresAt } = row
  return {
    name,
    held: row.holder !== null,
    holder: row.holder,
    host,
    term,
    beat,
    expired,
    acquiredAt,
    renewedAt,
    expiresAt,
  }
}

export function leaseInWords(row: LeaseRow): string {
  if (row.holder === null) return `Nobody holds the lease "${row.name}" (last term ${row.term}).`
  const who = `The lease "${row.name}" is held by ${row.host ?? 'an unknown host'} since ${row.acquiredAt ?? 'an unknown time'} (term ${row.term}).`
  const age = prettyMs(Math.abs(row.overMs), { compact: true })
  const state = row.expired
    ? `It was not renewed in time and expired ${age} ago: a worker may take it over.`
    : `It was renewed at ${row.renewedAt ?? '?'}, and is valid for another ${age}.`
  return `${who}\n${state}`
}
