/** Where do documents come from, one a line? Files one after the other, or standard input. */
import { constants, createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { Failure } from '../core/failure.ts'

/** Asked first, so that a wrong name leaves the other files out as well. @throws Failure `bad_request` */
export async function requireReadable(name: string, otherwise: string): Promise<void> {
  if (name === '-') return
  await access(name, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('bad_request', `${name} cannot be read (${error.code}). ${otherwise}`)
  })
}

/** A file that does not end with a line break ends its line nevertheless. @throws Failure `bad_request` */
export async function* streamsOf(names: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const name of names) await requireReadable(name, 'Nothing was started.')
  for (const name of names) {
    yield* name === '-' ? process.stdin : createReadStream(name)
    yield Buffer.from('\n')
  }
}
