/** Is a copy still as somebody saw it? Whoever decides on what has changed meanwhile may decide wrongly. */
import type { Copy } from './copy.ts'

/** Another text after each change of a copy. */
export function versionOf({ state, attempts, rescues, updatedAt }: Copy): string {
  return `${state}-${attempts}-${rescues}-${Date.parse(updatedAt)}`
}
