/** What has changed since the settings were read? For a service that reads them again while it runs. */
import { isDeepStrictEqual } from 'node:util'
import { knownSettings, valueAt } from './setting-tree.ts'

/** Dotted paths of the settings that differ, in the order of the schema. */
export function differingSettings(before: object, after: object): string[] {
  return knownSettings
    .map(({ path }) => path)
    .filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)))
}
