/** Which setting lies at a path, and how is it called in the environment? */
import { z } from 'zod'
import { configSchema } from './schema.ts'

/** How a text becomes a value of this setting. */
type ValueKind = 'text' | 'number' | 'boolean' | 'list'

export interface KnownSetting {
  /** Dotted YAML path, such as `worker.lease.ttlSeconds`. */
  readonly path: string
  /** `ZENODO_REPLICATOR_` and the path in capitals. */
  readonly variable: string
  readonly kind: ValueKind
}

export const variablePrefix = 'ZENODO_REPLICATOR_'

/** Those whose values nobody is shown. */
export const secretSettings: readonly string[] = [
  'zenodo.token',
  'webhook.secret',
  'mail.password',
  'server.oidc.clientSecret',
]

/** Every setting, in the order of the schema. */
export const knownSettings: readonly KnownSetting[] = leaves(configSchema, [])

/** The keys of a section by its dotted path (`''` is the root), or null when there is no such section. */
export function sectionKeys(path: string): readonly string[] | null {
  const inside = path === '' ? knownSettings : knownSettings.filter((known) => known.path.startsWith(`${path}.`))
  if (inside.length === 0) return null
  const depth = path === '' ? 0 : path.split('.').length
  return [...new Set(inside.map((known) => known.path.split('.')[depth] ?? ''))]
}

function leaves(schema: z.ZodObject, above: readonly string[]): KnownSetting[] {
  return Object.entries(schema.shape).flatMap(([key, part]) => {
    const path = [...above, key]
    if (part instanceof z.ZodObject) return leaves(part, path)
    return [{ path: path.join('.'), variable: variableOf(path), kind: kindOf(part) }]
  })
}

function variableOf(path: readonly string[]): string {
  return variablePrefix + path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')
}

function kindOf(schema: unknown): ValueKind {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap())
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  return schema instanceof z.ZodArray || schema instanceof z.ZodUnion ? 'list' : 'text'
}

/** The value of a setting among resolved settings; null when it has none. */
export function valueAt(settings: object, path: string): unknown {
  let value: unknown = settings
  for (const key of path.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null
  return value
}
