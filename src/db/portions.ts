/** How much goes to the server at once? Little enough for any, whatever people put into manifests and their names. */
import type { PlainValue } from './sql.ts'

/** Well within what SQLite binds in a statement (32,766), with the widest table there is. */
const itemsAtOnce = 500
/** Servers take 16 MiB at once unless told otherwise. */
const charactersAtOnce = 1_000_000

/** In the order given. One that is longer by itself is a portion of its own. */
export function* portions<Item>(
  items: readonly Item[],
  valuesOf: (item: Item) => readonly PlainValue[],
): Generator<readonly Item[]> {
  let first = 0
  let characters = 0
  for (const [index, item] of items.entries()) {
    const length = lengthOf(valuesOf(item))
    if (index > first && (index - first === itemsAtOnce || characters + length > charactersAtOnce)) {
      yield items.slice(first, index)
      first = index
      characters = 0
    }
    characters += length
  }
  if (first < items.length) yield items.slice(first)
}

function lengthOf(values: readonly PlainValue[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
}
