/** What does a process load? Preloaded with `--import`; tells it in JSON, in the file that LOADED_TO names, when the process ends. */
import { writeFileSync } from 'node:fs'
import { getCompileCacheDir, registerHooks } from 'node:module'

export interface Loaded {
  readonly addresses: readonly string[]
  /** Where compiled code is kept; null where it is not. */
  readonly cache: string | null
}

const addresses: string[] = []
registerHooks({
  load(address, context, next) {
    addresses.push(address)
    return next(address, context)
  },
})
process.on('exit', () => {
  const loaded: Loaded = { addresses, cache: getCompileCacheDir() ?? null }
  writeFileSync(process.env.LOADED_TO ?? '', JSON.stringify(loaded))
})
