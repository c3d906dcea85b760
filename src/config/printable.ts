/** How are the settings shown to people? With the layer each value came from, and without secrets. */
import { redact } from '../core/redact.ts'
import { type Origin, originInWords } from './layers.ts'
import { knownSettings, secretSettings, valueAt } from './setting-tree.ts'

/** One setting as `zenodo-replicator config` shows it. */
export interface PrintableSetting {
  readonly path: string
  readonly value: unknown
  /** The layer in words: the defaults, a file, a variable, the command line. */
  readonly origin: string
}

/** Every setting in the order of the schema; tokens and passwords are hidden. */
export function printable(config: object, origins: Readonly<Record<string, Origin>>): PrintableSetting[] {
  return knownSettings.map(({ path }) => {
    const origin = origins[path]
    const value = shown(path, valueAt(config, path))
    return { path, value, origin: origin === undefined ? 'this host' : originInWords(origin) }
  })
}

function shown(path: string, value: unknown): unknown {
  if (secretSettings.includes(path)) return value === '' ? '' : '(hidden)'
  if (path === 'database.url') return withoutPassword(String(value))
  return typeof value === 'string' ? redact(value) : value
}

function withoutPassword(address: string): string {
  if (address.startsWith('sqlite:')) return address
  if (!URL.canParse(address)) return address.replace(/^([a-z]+:\/\/).*/s, '$1(hidden)')
  const url = new URL(address)
  if (url.password !== '') url.password = '-hidden-'
  return redact(url.href.replace(':-hidden-@', ':(hidden)@'))
}
