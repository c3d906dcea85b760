/** How is the emulated Zenodo started from the command line? A port or folder that cannot be used is told in words. */
import { Failure } from '../core/failure.ts'
import { createEmulator, type Emulator, type EmulatorOptions } from '../emulator/server.ts'

const systemReasons: readonly string[] = ['EADDRINUSE', 'EACCES', 'ENOTDIR', 'EROFS', 'EEXIST', 'EPERM', 'ENOSPC']

/** @throws Failure `bad_request` when the port is taken, or the folder cannot be used */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await createEmulator(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!systemReasons.includes(code)) throw error
    const folder = options.dataDir === undefined ? '' : ` with the folder ${options.dataDir}`
    const text = `The emulator cannot start on port ${options.port ?? 0}${folder}: ${code}.`
    const hint =
      code === 'EADDRINUSE'
        ? 'Another program has the port. Choose another one with --port, or none for a free one.'
        : 'Choose another port with --port, or a folder with --data that this user may write to.'
    throw new Failure('bad_request', text, { hint })
  }
}
