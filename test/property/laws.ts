/** What must always hold in the end, whatever happened? */
import { requireStories } from './event-laws.ts'
import { type Facts, readFacts } from './facts.ts'
import type { HistorySettings } from './history.ts'
import type { Ledger } from './ledger.ts'
import type { Place } from './stage.ts'
import { Violation } from './violation.ts'
import { requireAtZenodo } from './zenodo-laws.ts'

export async function requireLaws(played: {
  readonly stage: Place
  readonly ledger: Ledger
  readonly history: { readonly settings: Pick<HistorySettings, 'dataDoi'> }
}): Promise<void> {
  const facts = await readFacts(played.stage, played.ledger, played.history.settings.dataDoi)
  requireAllGranted(facts)
  requireNothingStuck(facts)
  requireStories(facts)
  requireAtZenodo(facts)
}

/** The table holds the copies that were asked for and granted, each once. */
function requireAllGranted({ ledger, rows }: Facts): void {
  const granted = ledger.datasets.flatMap(({ doi, types }) =>
    [...types].flatMap(([version, set]) => [...set].map((type) => `${doi} ${version} ${type}`)),
  )
  const there = rows.map(({ doi, version, type }) => `${doi} ${version} ${type}`)
  if (granted.toSorted().join() === there.toSorted().join()) return
  throw new Violation('each copy that was granted is there once', `${there}, not ${granted}`)
}

/** Deferred copies and those that wait for one are as a person wanted it; all others have come to an end. */
function requireNothingStuck({ lines }: Facts): void {
  for (const { rows } of lines) {
    for (const row of rows) {
      if (['finished', 'cancelled', 'deferred'].includes(row.state)) continue
      const waits = rows.some((other) => other.position < row.position && other.state === 'deferred')
      if (row.state === 'enqueued' && waits) continue
      throw new Violation('no copy is stuck', `copy ${row.id} (${row.type} of version ${row.version}) is ${row.state}`)
    }
  }
}
