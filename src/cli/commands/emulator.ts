/** `emulator`: a local Zenodo, until a signal. One line of JSON on standard output tells address and token. */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { aborted, stopOnSignals } from '../signals.ts'
import { startEmulator } from '../start-emulator.ts'

interface Options {
  readonly port?: number
  readonly data?: string
  readonly token?: string
  readonly fileEdits?: 'granted' | 'refused'
}

export async function run({ output }: Context, { options }: Given<Options>): Promise<Result> {
  const stop = stopOnSignals()
  const { port, data, token, fileEdits } = options
  const emulator = await startEmulator({
    ...(port === undefined ? {} : { port }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(token === undefined ? {} : { token }),
    ...(fileEdits === undefined ? {} : { settings: { externalDoiFiles: fileEdits } }),
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
