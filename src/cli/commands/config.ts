/** `config`: every setting with the place its value came from. */
import { printable } from '../../config/printable.ts'
import type { Context } from '../command.ts'
import type { Result } from '../output.ts'
import { table } from '../table.ts'

export async function run({ output, settings }: Context): Promise<Result> {
  const { config, origins } = settings()
  const rows = printable(config, origins)
  const text = table(
    ['SETTING', 'FROM', 'VALUE'],
    rows.map(({ path, value, origin }) => [path, origin, typeof value === 'string' ? value : JSON.stringify(value)]),
    output.columns,
  )
  return {
    data: { hostname: config.hostname, settings: rows },
    text: `${text}\n\nThis host is called ${config.hostname}.`,
  }
}
