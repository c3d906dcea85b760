/** Is a text one JSON document? If not, where does it stop being one, said without quoting it: it may hold presigned addresses. */
import type { ManifestProblem } from './manifest-problems.ts'

/** Bytes of a document. Half of what database servers take in a statement unless told otherwise. */
export const longestDocument = 8 * 2 ** 20

type ParsedText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: ManifestProblem }

export function parseJsonText(text: string): ParsedText {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    const found = `not JSON (${withoutQuote(error instanceof Error ? error.message : '', text)})`
    return { ok: false, problem: { path: '$', found, accepted: 'one JSON document', message: `it is ${found}` } }
  }
}

/** V8 says either the position, or some characters of the text around it: `Unexpected token ']', ..."[1, 2,]"... is not valid JSON`. */
function withoutQuote(words: string, text: string): string {
  const [, told = words, quoted] = /^(.*?), (?:\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(words) ?? []
  const at = quoted === undefined ? -1 : text.indexOf(quoted)
  if (quoted === undefined || at === -1) return told
  return `${told} near line ${text.slice(0, at + quoted.length / 2).split('\n').length}`
}
