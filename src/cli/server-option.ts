/** Is the database asked, or a service over HTTP, and with which token? */
import { Failure } from '../core/failure.ts'
import type { CommandSpec, Server } from './command.ts'

const variable = 'ZENODO_REPLICATOR_SERVER'
const tokenVariable = `${variable}_TOKEN`
const fileVariable = `${tokenVariable}_FILE`

/**
 * @returns null: the database is asked
 * @throws Failure `bad_request` when the command cannot do that, or the address is none; `config_invalid` without a token
 */
export async function serverFor(
  spec: CommandSpec,
  option: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Server | null> {
  const url = option ?? env[variable] ?? ''
  if (url === '') return null
  const origin = option === undefined ? variable : '--server'
  if (!spec.server) {
    const text = `\`${spec.name}\` does not go with ${origin}: it works where the service runs, on its database and its settings.`
    throw new Failure('bad_request', text, { hint: 'Run it on the host of the service, without the address.' })
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const text = `${origin} is not an address that begins with http:// or https://.`
    throw new Failure('bad_request', text, { hint: 'Such as https://replicator.example.org.' })
  }
  return { url, token: await tokenIn(env) }
}

async function tokenIn(env: NodeJS.ProcessEnv): Promise<string> {
  const file = env[fileVariable] ?? ''
  const token = env[tokenVariable] || (file === '' ? '' : await readToken(file))
  if (token !== '') return token
  throw refused(`No token for the service is set: give it as ${tokenVariable}, or its file as ${fileVariable}.`)
}

async function readToken(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refused(`The file named in ${fileVariable} cannot be read (${error.code}).`)
  })
  return text.trim()
}

function refused(text: string): Failure {
  return new Failure('config_invalid', text, {
    hint: 'An administrator makes tokens with `zenodo-replicator token create`.',
  })
}
