/** How do editors learn the settings? As JSON Schema, in which every key is optional: the defaults fill in the rest. */
import { z } from 'zod'
import { configSchema } from './schema.ts'

/** @param defaults values of config/default.yaml by dotted path, shown as each setting's default. */
export function jsonSchemaOf(defaults: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const { $schema, ...body } = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      delete jsonSchema.required
      const setting = path.filter((key) => key !== 'properties').join('.')
      if (defaults.has(setting)) Object.assign(jsonSchema, { default: defaults.get(setting) })
    },
  })
  return { $schema, $id: 'urn:zenodo-replicator:config', title: 'zenodo-replicator settings', ...body }
}
