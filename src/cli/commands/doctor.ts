/** `doctor`: is everything there that the service needs? */
import { styleText } from 'node:util'
import { type Check, runChecks } from '../checks.ts'
import type { Context, Given } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly repair?: boolean }>): Promise<Result> {
  const { config } = context.settings()
  const purpose = options.repair === true ? 'write' : 'any'
  const { repaired, checks } = await withApp(config, purpose, async (app) => {
    const families = options.repair === true ? await app.desk.repairOrder() : null
    return { repaired: families, checks: await runChecks(app) }
  })
  if (repaired !== null) context.output.talk(repairInWords(repaired))
  const firstFailure = checks.find((check) => check.status === 'fail')
  return {
    data: { healthy: firstFailure === undefined, checks, ...(repaired === null ? {} : { repaired }) },
    text: checks.map(inWords).join('\n'),
    exitCode: firstFailure?.exitCode ?? exitCodes.done,
  }
}

/** @param families in how many the stored order was put right */
function repairInWords(families: number): string {
  if (families === 0) return 'There was nothing to put right.'
  return families === 1 ? 'The order of 1 family was put right.' : `The order of ${families} families was put right.`
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function inWords({ name, status, message, hint }: Check): string {
  const line = `${styleText(colours[status], status.padEnd(5))}${name.padEnd(10)}${message}`
  return hint === null ? line : `${line}\n${' '.repeat(15)}${hint}`
}
