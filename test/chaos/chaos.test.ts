/** Do real workers, killed and paused at named points, with a database and a Zenodo that fail, lose or double anything? More with `npm run chaos`. */
import { expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { runChaos } from './run-chaos.ts'

const short = { faults: 6, hosts: 2, datasets: 12, backlog: 9 }

/** The same faults every time, though not at the same moment: what is found by chance belongs into the long form. */
const seeds = [8]

it.skipIf(!databases.includes('mariadb')).each(seeds)(
  'seed %i: whatever dies, every copy comes to its end once, and nobody sends anything without the lease',
  async (seed) => {
    const lines: string[] = []
    const result = await runChaos({ ...short, seed, say: (line) => lines.push(line) })
    expect(result?.findings, [...lines, result?.text].join('\n')).toEqual([])
  },
  240_000,
)
