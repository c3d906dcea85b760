/** `doctor`: is everything there that the service needs? */
import { styleText } from 'node:util'
import { type Check, runChecks } from '../checks.ts'
import type { Context, Given } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly repair?: boolean }>): Promise<Result> {
  const { config } = context.settings()
  const checks = await withApp(config, 'any', async (app) => {
    if (options.repair === true) await app.desk.repairOrder()
    return await runChecks(app)
  })
  const firstFailure = checks.find((check) => check.status === 'fail')
  return {
    data: { healthy: firstFailure === undefined, checks },
    text: checks.map(inWords).join('\n'),
    exitCode: firstFailure?.exitCode ?? exitCodes.done,
  }
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function inWords({ name, status, message, hint }: Check): string {
  const line = `${styleText(colours[status], status.padEnd(5))}${name.padEnd(10)}${message}`
  return hint === null ? line : `${line}\n${' '.repeat(15)}${hint}`
}
