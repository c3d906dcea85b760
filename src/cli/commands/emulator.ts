/** `emulator`: a local Zenodo, until a signal. One line of JSON on standard output tells address and token. */

import { Failure } from '../../core/failure.ts'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../emulator/server.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { aborted, stopOnSignals } from '../signals.ts'

interface Options {
  readonly port?: number
  readonly data?: string
  readonly token?: string
  readonly fileEdits?: 'granted' | 'refused'
}

export async function run({ output }: Context, { options }: Given<Options>): Promise<Result> {
  const stop = stopOnSignals()
  const emulator = await start({
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.fileEdits === undefined ? {} : { settings: { externalDoiFiles: options.fileEdits } }),
  })
  try {
    output.line(JSON.stringify({ url: emulator.url, token: emulator.token }))
    output.talk(`An emulated Zenodo answers at ${emulator.url}; Ctrl-C ends it.`)
    await aborted(stop.signal)
    return {}
  } finally {
    stop.release()
    await emulator.close()
  }
}

/** @throws Failure `bad_request` when the port is taken or may not be used */
export async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await createEmulator(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!['EADDRINUSE', 'EACCES', 'ENOTDIR', 'EROFS', 'EEXIST'].includes(code)) throw error
    const where = options.dataDir === undefined ? '' : `, or the folder ${options.dataDir} cannot be used`
    throw new Failure('bad_request', `The emulator cannot listen on port ${options.port ?? 0}${where} (${code}).`)
  }
}
