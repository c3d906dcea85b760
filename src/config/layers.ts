/** Where do the values come from? Each layer is read into settings that remember their origin, and what it got wrong. */
import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { nearest } from '../core/nearest.ts'
import { type KnownSetting, knownSettings, sectionKeys, variablePrefix } from './setting-tree.ts'

/** Which layer a value came from. */
export type Origin =
  | { readonly layer: 'default' }
  | { readonly layer: 'file'; readonly file: string }
  | { readonly layer: 'environment'; readonly variable: string }
  | { readonly layer: 'flag' }

export interface Setting {
  readonly path: string
  readonly value: unknown
  readonly origin: Origin
}

/** A setting that is refused: where (`''` is the whole source), what was found and is accepted, and all in a sentence. */
export interface ConfigProblem {
  readonly path: string
  readonly source: string
  readonly found: string
  readonly accepted: string
  readonly message: string
}

export interface Layer {
  readonly settings: readonly Setting[]
  readonly problems: readonly ConfigProblem[]
}

/** An origin in words, as in "worker.slots (from /etc/zenodo-replicator.yaml)". */
export function originInWords(origin: Origin): string {
  switch (origin.layer) {
    case 'default':
      return 'the defaults'
    case 'file':
      return origin.file
    case 'environment':
      return `the variable ${origin.variable}`
    case 'flag':
      return 'the command line'
  }
}

export function problem(path: string, source: string, is: { found: string; accepted: string }): ConfigProblem {
  const { found, accepted } = is
  const what = path === '' ? source : `${path} (from ${source})`
  return { path, source, found, accepted, message: `${what} is ${found}; accepted is ${accepted}` }
}

/** A YAML file. Keys without a value count as not written. */
export function fileLayer(file: string, origin: Origin): Layer {
  const read = readYaml(file)
  if (!read.ok) return { settings: [], problems: [read.problem] }
  const problems: ConfigProblem[] = []
  const settings: Setting[] = []
  const visit = (value: unknown, path: string) => {
    if (value === null || value === undefined) return
    const keys = sectionKeys(path)
    if (keys === null) settings.push({ path, value, origin })
    else if (!isSection(value)) problems.push(problem(path, file, notASection(value, keys)))
    else for (const [key, item] of Object.entries(value)) visitKey(key, item, { path, keys })
  }
  const visitKey = (key: string, item: unknown, { path, keys }: { path: string; keys: readonly string[] }) => {
    const below = path === '' ? key : `${path}.${key}`
    if (keys.includes(key)) visit(item, below)
    else problems.push(problem(below, file, unknownKey(key, keys)))
  }
  visit(read.value, '')
  return { settings, problems }
}

function readYaml(file: string): { ok: true; value: unknown } | { ok: false; problem: ConfigProblem } {
  const accepted = 'a readable YAML file'
  try {
    const lines = new LineCounter()
    const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: false })
    const error = document.errors[0]
    if (!error) return { ok: true, value: document.toJS() }
    const { line, col } = lines.linePos(error.pos[0])
    return {
      ok: false,
      problem: problem('', file, { found: `not YAML at line ${line}, column ${col}`, accepted }),
    }
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? `not readable (${error.code})` : 'not readable'
    return { ok: false, problem: problem('', file, { found, accepted }) }
  }
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notASection(value: unknown, keys: readonly string[]) {
  const found = Array.isArray(value) ? 'a list' : 'a single value'
  return { found, accepted: `a section with the keys ${keys.join(', ')}` }
}

function unknownKey(key: string, keys: readonly string[]) {
  const guess = nearest(key, keys)[0]
  return {
    found: 'not a known key',
    accepted: `${keys.join(', ')}${guess === undefined ? '' : ` (did you mean ${guess}?)`}`,
  }
}

const wellKnown: Readonly<Record<string, string>> = {
  DATABASE_URL: 'database.url',
  DATABASE_URL_FILE: 'database.urlFile',
  ZENODO_URL: 'zenodo.url',
  ZENODO_TOKEN: 'zenodo.token',
  ZENODO_TOKEN_FILE: 'zenodo.tokenFile',
}
/** Read elsewhere; not settings. */
const otherVariables: readonly string[] = ['CONFIG', 'HOSTNAME', 'SERVER', 'SERVER_TOKEN', 'SERVER_TOKEN_FILE'].map(
  (name) => `${variablePrefix}${name}`,
)

/** The environment. Empty variables count as not set; the well-known names give way to the long ones. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const settings: Setting[] = []
  for (const [variable, path] of Object.entries(wellKnown)) {
    const known = knownSettings.find((one) => one.path === path)
    if (known) settings.push(...fromVariable({ ...known, variable }, env))
  }
  for (const known of knownSettings) settings.push(...fromVariable(known, env))
  const names = [...knownSettings.map((known) => known.variable), ...otherVariables]
  const unknown = Object.keys(env).filter((name) => name.startsWith(variablePrefix) && !names.includes(name))
  return { settings, problems: unknown.map((name) => unknownVariable(name, names)) }
}

function fromVariable(known: KnownSetting, env: NodeJS.ProcessEnv): Setting[] {
  const text = env[known.variable]
  if (text === undefined || text === '') return []
  const origin = { layer: 'environment', variable: known.variable } as const
  return [{ path: known.path, value: coerce(text, known.kind), origin }]
}

function unknownVariable(name: string, names: readonly string[]): ConfigProblem {
  const guess = nearest(name, names)[0]
  const accepted = guess === undefined ? 'the path of a setting after the prefix' : `for instance ${guess}`
  return problem(name, 'the environment', { found: 'not a known variable', accepted })
}

/** A text of the environment as a value. What cannot be read stays a text, so that the schema refuses it in its words. */
function coerce(text: string, kind: KnownSetting['kind']): unknown {
  const trimmed = text.trim()
  switch (kind) {
    case 'text':
      return text
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text
    case 'boolean':
      return /^(true|yes|on|1)$/i.test(trimmed) ? true : /^(false|no|off|0)$/i.test(trimmed) ? false : text
    case 'list':
      return listOf(trimmed)
  }
}

function listOf(text: string): unknown {
  if (!text.startsWith('[')) return text.split(',').map((item) => item.trim()).filter((item) => item !== '') // biome-ignore format: one thought
  try {
    return JSON.parse(text)
  } catch {
    return text // not a JSON list: the schema says what is accepted
  }
}

/** Settings given to the program itself, by dotted path. */
export function flagLayer(flags: Readonly<Record<string, unknown>>): Layer {
  const origin = { layer: 'flag' } as const
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  const paths = knownSettings.map((known) => known.path)
  const problems = given
    .filter(([path]) => !paths.includes(path))
    .map(([path]) => problem(path, 'the command line', unknownKey(path, paths)))
  return { settings: given.map(([path, value]) => ({ path, value, origin })), problems }
}
