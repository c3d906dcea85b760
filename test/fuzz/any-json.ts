/** What could stand where something else is expected? JSON values that nobody would think of, and documents changed somewhere. */
import fc from 'fast-check'

const oddTexts = ['', ' ', '0', '-1', '1e999', 'null', '__proto__', 'constructor', '..', '../..', '\0', '\ud800', '\u202e', '<b>', '"', '%00', 'a'.repeat(3000), '🌻'.repeat(100), '2026-02-30', '10.5072/x', 'https://u:p@h/?q=1'] as const // biome-ignore format: a list of words
const oddNumbers = [0, -0, -1, 0.5, 1e21, 2 ** 53, -(2 ** 53), 5e-324, Number.MAX_VALUE, 1_000_000_000_000] as const

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, false),
  fc.constantFrom<unknown>(...oddTexts),
  fc.constantFrom<unknown>(...oddNumbers),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const key = fc.oneof(fc.constantFrom(...oddTexts.slice(0, 12)), fc.string({ maxLength: 8 }))

/** Any JSON value, not very large. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(asObject),
  ),
})).value

/** With `__proto__` as a key like any other, as JSON.parse makes it. */
function asObject(entries: ReadonlyArray<readonly [string, unknown]>): unknown {
  return Object.fromEntries(entries)
}

type Path = ReadonlyArray<string | number>

/** Places of a document, its own among them. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...path, name]))]
}

function changedAt(document: unknown, path: Path, change: (was: unknown) => unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return change(document)
  const inside = typeof document === 'object' && document !== null ? document : {}
  const value = changedAt(Reflect.get(inside, first), rest, change)
  if (Array.isArray(inside)) return inside.map((item, index) => (String(index) === String(first) ? value : item))
  const others = Object.entries(inside).filter(([name]) => name !== first)
  return Object.fromEntries(value === undefined ? others : [...others, [first, value]])
}

type Change = (was: unknown) => unknown
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: anyJson.map(
      (value): Change =>
        () =>
          value,
    ),
  },
  fc.constant<Change>(() => undefined),
  fc.constant<Change>((was) => [was, was]),
  fc.constant<Change>((was) => (typeof was === 'string' ? was.repeat(50) : String(was))),
  fc.constant<Change>((was) => (typeof was === 'number' ? was * 1e9 : { value: was })),
)

/** The document with up to three places changed, left out, doubled, grown or put into something. */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  const places = pathsOf(document)
  const one = fc.tuple(fc.constantFrom(...places), change)
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((now, [path, how]) => changedAt(now, path, how), document))
}
