import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEmptyDatabase, databases } from '../support/database.ts'
import { anyHistory } from './any-history.ts'
import { type Played, play } from './play.ts'
import { openStage } from './stage.ts'

/** More with `npm run test:soak`. The same every time: what is found by chance belongs into the soak, not into a merge. */
const histories = { sqlite: 20, mariadb: 8 }

describe.each(databases)('any history on %s', (kind) => {
  it('ends with every record as it was published last, in order, with nothing left behind and nothing stuck', async () => {
    const stage = await openStage(await createEmptyDatabase(kind))
    try {
      for (const history of fc.sample(anyHistory, { seed: 2026, numRuns: histories[kind] })) {
        expect(asText(await play(history, stage), history)).toBe('')
      }
    } finally {
      await stage.close()
    }
  }, 300_000)
})

/** Nothing when no law was broken, else what a person needs to see it again. */
function asText({ violation, lines }: Played, history: unknown): string {
  if (violation === null) return ''
  return [...lines, violation.message, `npm run test:soak -- --replay '${JSON.stringify(history)}'`].join('\n')
}
