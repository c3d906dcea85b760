/** `doctor`: is everything there that the service needs? */
import { styleText } from 'node:util'
import type { App } from '../../app.ts'
import { type Check, runChecks } from '../checks.ts'
import type { Context, Given } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly repair?: boolean }>): Promise<Result> {
  const { config } = context.settings()
  const purpose = options.repair === true ? 'write' : 'any'
  const { repaired, checks } = await withApp(config, purpose, async (app) => {
    const done = options.repair === true ? await repair(app) : null
    return { repaired: done, checks: await runChecks(app) }
  })
  if (repaired !== null) for (const line of repairInWords(repaired)) context.output.talk(line)
  const firstFailure = checks.find((check) => check.status === 'fail')
  return {
    data: {
      healthy: firstFailure === undefined,
      checks,
      ...(repaired === null ? {} : { repaired: repaired.order, recounted: repaired.counts }),
    },
    text: checks.map(inWords).join('\n'),
    exitCode: firstFailure?.exitCode ?? exitCodes.done,
  }
}

/** In how many families. */
interface Repaired {
  readonly order: number
  readonly counts: number
}

async function repair({ desk }: App): Promise<Repaired> {
  return { order: await desk.repairOrder(), counts: await desk.repairCounts() }
}

function repairInWords({ order, counts }: Repaired): string[] {
  const families = (count: number) => (count === 1 ? '1 family' : `${count} families`)
  const lines = [
    ...(order === 0 ? [] : [`The order of ${families(order)} was put right.`]),
    ...(counts === 0 ? [] : [`The finished copies of ${families(counts)} were counted anew.`]),
  ]
  return lines.length === 0 ? ['There was nothing to put right.'] : lines
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function inWords({ name, status, message, hint }: Check): string {
  const line = `${styleText(colours[status], status.padEnd(5))}${name.padEnd(10)}${message}`
  return hint === null ? line : `${line}\n${' '.repeat(15)}${hint}`
}
