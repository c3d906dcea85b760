/**
 * Does anything get lost, doubled or stuck, whatever dies? `npm run chaos -- --seed 1 --faults 200`, with `--plan` to see the
 * faults of a seed without having them, and `--only REGEX` for those whose line matches. With `--galera` on a cluster
 * of three nodes. Ends with 1 when something was found.
 */
import { parseArgs } from 'node:util'
import { faultText } from './plan.ts'
import { planText, runChaos } from './run-chaos.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '200' },
    datasets: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
    plan: { type: 'boolean', default: false },
    galera: { type: 'boolean', default: false },
  },
})

const say = (line: string) => void process.stdout.write(`${line}\n`)
const [seed, faults, datasets] = [values.seed, values.faults, values.datasets].map(Number) as [number, number, number]

async function main(): Promise<number> {
  const wanted = new RegExp(values.only)
  const only = (fault: Parameters<typeof faultText>[0]) => wanted.test(faultText(fault))
  const cluster = values.galera
  if (values.plan) {
    say(planText({ seed, faults, cluster, only }))
    return 0
  }
  const result = await runChaos({ seed, faults, datasets, hosts: 3, backlog: 30, cluster, only, say })
  if (result === null)
    throw new Error(`There is no MariaDB${cluster ? ' of three nodes' : ''} here, and none may be installed.`)
  say(result.text)
  if (result.findings.length === 0) return 0
  say(
    `again: npm run chaos -- --seed ${seed} --faults ${faults} --datasets ${datasets} --only '${values.only}'${cluster ? ' --galera' : ''}`,
  )
  return 1
}

// whatever was started ends with this process
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
process.exit(await main())
