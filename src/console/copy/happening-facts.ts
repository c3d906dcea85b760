/** What is there to know about a happening? Facts in words; what was told before is not told again, and nobody reads digests. */
import type { CopyEvent } from '../../replication/ports/desk.ts'

/** A name and what it is; links are for addresses of the web. */
export type Fact = readonly [name: string, value: string]

const names: Readonly<Record<string, string>> = {
  depositionId: 'Deposition',
  deposition: 'Deposition',
  conceptRecid: 'Concept record',
  doi: 'DOI at Zenodo',
  recordUrl: 'Address',
  title: 'Title',
  how: 'How it began',
  sent: 'Files sent',
  removed: 'Files removed',
  kept: 'Files that were there',
  files: 'Files',
  archives: 'Archives',
  skipped: 'Empty files, left out',
  from: 'Deposition before',
  by: 'On account of copy',
  reason: 'Why',
  job: 'Job',
  note: 'Note',
}

/** Said by the title or elsewhere, or of use to programs only: the JSON of the copy has them. */
const left = new Set([
  ...['type', 'step', 'operation', 'outcome', 'delayMs', 'calls', 'callsLeftOut', 'code', 'message', 'to'],
  ...['metadataDigest', 'marker', 'state'],
])

const hows: Readonly<Record<string, string>> = {
  create: 'a new draft',
  new_version: 'a new version of the record',
  reuse: 'with the deposition that was there',
  reopen: 'the published record was opened for an edit',
  adopted: 'with a draft that was found at Zenodo',
}

/** Facts that stay the same until an event says otherwise. */
const lasting = ['depositionId', 'deposition', 'conceptRecid', 'doi', 'recordUrl', 'title']

/** For each event, what it tells that none before it told. */
export function newFacts(events: readonly CopyEvent[]): ReadonlyMap<number, readonly Fact[]> {
  const known = new Map<string, string>()
  return new Map(events.map((event) => [event.id, factsOf(event, known)]))
}

function factsOf({ kind, copyId, data }: CopyEvent, known: Map<string, string>): Fact[] {
  return Object.entries(data).flatMap(([key, value]) => {
    if (value === null || value === undefined || left.has(key) || isOfNoUse(kind, { key, value, copyId, data }))
      return []
    const fact: Fact = [names[key] ?? key, textOf(key, value)]
    if (!lasting.includes(key)) return [fact]
    if (known.get(fact[0]) === fact[1]) return []
    known.set(...fact)
    return [fact]
  })
}

interface Told {
  readonly key: string
  readonly value: unknown
  readonly copyId: number
  readonly data: CopyEvent['data']
}

/** A state before a person's doing, a copy's own number, a place that did not change, and a count of nothing. */
function isOfNoUse(kind: string, { key, value, copyId, data }: Told): boolean {
  if (key === 'from') return kind !== 'repointed' || value === data.depositionId
  if (key === 'by') return value === copyId
  return value === 0 && ['sent', 'removed', 'kept', 'archives', 'skipped'].includes(key)
}

function textOf(key: string, value: unknown): string {
  if (key === 'how') return hows[String(value)] ?? String(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
