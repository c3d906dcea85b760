/** Is a peer of `test/bench/package.json` installed? Loaded by name, so that nothing needs it but its own file. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export async function missingModule(name: string): Promise<string | null> {
  try {
    require.resolve(name)
    return null
  } catch {
    return `${name} is not installed (npm ci --prefix test/bench)`
  }
}

export async function loadModule<Module>(name: string): Promise<Module> {
  return (await import(name)) as Module
}

/** The versions of those that are installed, as their own files say. */
export async function peerVersions(): Promise<Record<string, string>> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const versions: Record<string, string> = {}
  for (const name of Object.keys(manifest.dependencies)) {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
    const text = await readFile(file, 'utf8').catch(() => null)
    if (text !== null) versions[name] = JSON.parse(text).version
  }
  return versions
}
