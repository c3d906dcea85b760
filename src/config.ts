/** What are the settings, and where did each value come from? Defaults ← file ← environment ← flags. */
import { hostname as systemHostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { checkSettings, invalidConfig, withSecrets } from './config/check.ts'
import { jsonSchemaOf } from './config/json-schema.ts'
import { environmentLayer, fileLayer, flagLayer, type Origin } from './config/layers.ts'
import type { Settings } from './config/schema.ts'

/** All settings, resolved: `worker.host` is a list, secrets are read from their files, `hostname` is this host. */
export type Config = Omit<Settings, 'worker'> & {
  readonly worker: Omit<Settings['worker'], 'host'> & { readonly host: readonly string[] }
  /** The name of this host, as in `worker.host`. Not a setting of the file. */
  readonly hostname: string
}

/** Where each value came from, by dotted path. A setting that is not there was derived from this host. */
export type Origins = Readonly<Record<string, Origin>>

export interface LoadedConfig {
  readonly config: Config
  readonly origins: Origins
}

export interface ConfigRequest {
  /** The file named with `--config`; without one, ZENODO_REPLICATOR_CONFIG names it. */
  readonly argvFile?: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** Values by dotted path that win over everything; undefined ones do not count. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** Name of this host; without one ZENODO_REPLICATOR_HOSTNAME, else the system's. */
  readonly hostname?: string
}

const defaultFile = fileURLToPath(new URL('../config/default.yaml', import.meta.url))

/**
 * Reads the four layers and checks the result.
 * @throws Failure `config_invalid`; `details.problems` names path, source, what was found and what is accepted.
 * @example const { config } = loadConfig({ argvFile: '/etc/zenodo-replicator.yaml', env: process.env })
 */
export function loadConfig(request: ConfigRequest): LoadedConfig {
  const file = request.argvFile ?? request.env.ZENODO_REPLICATOR_CONFIG
  const layers = [
    fileLayer(defaultFile, { layer: 'default' }),
    ...(file ? [fileLayer(file, { layer: 'file', file })] : []),
    environmentLayer(request.env),
    flagLayer(request.flags ?? {}),
  ]
  const problems = layers.flatMap((layer) => layer.problems)
  if (problems.length > 0) throw invalidConfig(problems)
  const settings = new Map(layers.flatMap((layer) => layer.settings.map((setting) => [setting.path, setting] as const)))
  const checked = checkSettings(settings)
  const hostname = request.hostname ?? (request.env.ZENODO_REPLICATOR_HOSTNAME || systemHostname())
  const host = checked.worker.host ?? hostname
  const config: Config = {
    ...withSecrets(checked, settings),
    worker: { ...checked.worker, host: typeof host === 'string' ? [host] : host },
    hostname,
  }
  return { config, origins: Object.fromEntries([...settings].map(([path, { origin }]) => [path, origin])) }
}

/** The settings as JSON Schema, as kept in config/schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  const { settings } = fileLayer(defaultFile, { layer: 'default' })
  return jsonSchemaOf(new Map(settings.map(({ path, value }) => [path, value])))
}
