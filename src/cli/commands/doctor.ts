/** `doctor`: is everything there that the service needs? */
import { styleText } from 'node:util'
import { type Check, runChecks } from '../checks.ts'
import type { Context } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  const checks = await withApp(config, 'any', runChecks)
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
