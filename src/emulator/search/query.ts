/** What does a search query ask for? The part of the query-string syntax that clients of the deposit API use. */
import { HttpError } from '../http-answer.ts'

/** A parsed query. */
export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'term'; readonly field: string | undefined; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }

type Token =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'word' | 'phrase'; readonly text: string }

const TOKEN =
  /\s+|(?<paren>[()])|(?<operator>AND|OR|NOT|&&|\|\||!)(?=[\s(]|$)|(?<sign>[+-])(?=\S)|(?<field>[A-Za-z_][\w.]*):|"(?<phrase>(?:[^"\\]|\\.)*)"|(?<word>(?:[^\s()"\\]|\\.)+)/gy

/**
 * Parses a query. Words without an operator between them are joined by AND.
 * @throws HttpError 400 for unbalanced quotes or parentheses, and for a bare `/`, which begins a regular expression.
 */
export function parseQuery(text: string): Query {
  const tokens = tokenise(text)
  if (tokens.length === 0) return { kind: 'all' }
  let at = 0

  const parseOr = (): Query => {
    const parts = [parseAnd()]
    while (tokens[at]?.kind === 'OR') {
      at += 1
      parts.push(parseAnd())
    }
    return join('or', parts)
  }

  const parseAnd = (): Query => {
    const parts = [parseOne()]
    for (;;) {
      const kind = tokens[at]?.kind
      if (kind === undefined || kind === 'OR' || kind === ')') return join('and', parts)
      if (kind === 'AND') at += 1
      parts.push(parseOne())
    }
  }

  const parseGroup = (): Query => {
    const inner = parseOr()
    if (tokens[at++]?.kind !== ')') throw badSyntax()
    return inner
  }

  const parseOne = (field?: string): Query => {
    const token = tokens[at++]
    switch (token?.kind) {
      case 'NOT':
        return { kind: 'not', part: parseOne(field) }
      case '(':
        return withField(parseGroup(), field)
      case 'field':
        return parseOne(token.name)
      case 'word':
      case 'phrase':
        return term(field, token)
      default:
        throw badSyntax()
    }
  }

  const query = parseOr()
  if (at < tokens.length) throw badSyntax()
  return query
}

function badSyntax(): HttpError {
  return new HttpError(400, 'Invalid query string syntax.')
}

function join(kind: 'and' | 'or', parts: readonly Query[]): Query {
  const [first] = parts
  return parts.length === 1 && first ? first : { kind, parts }
}

/** A DOI in a DOI field is quoted by Zenodo itself; elsewhere its slash is a syntax error (zenodo-rdm queryparser). */
function term(field: string | undefined, token: { readonly kind: 'word' | 'phrase'; readonly text: string }): Query {
  const isDoi = (field === 'doi' || field === 'conceptdoi') && token.text.startsWith('10.')
  if (token.kind === 'word' && !isDoi && /(?<!\\)\//.test(token.text)) throw badSyntax()
  const text = token.text.replaceAll(/\\(.)/g, '$1')
  if (field === undefined && text === '*') return { kind: 'all' }
  return { kind: 'term', field, text }
}

function withField(query: Query, field: string | undefined): Query {
  switch (query.kind) {
    case 'all':
      return query
    case 'term':
      return query.field === undefined ? { ...query, field } : query
    case 'not':
      return { kind: 'not', part: withField(query.part, field) }
    case 'and':
    case 'or':
      return { kind: query.kind, parts: query.parts.map((part) => withField(part, field)) }
  }
}

function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index !== end) throw badSyntax()
    end = match.index + match[0].length
    const token = toToken(match.groups ?? {})
    if (token) tokens.push(token)
  }
  if (end !== text.length) throw badSyntax()
  return tokens
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { paren, operator, sign, field, phrase, word } = groups
  if (paren === '(' || paren === ')') return { kind: paren }
  if (operator === 'AND' || operator === '&&' || sign === '+') return { kind: 'AND' }
  if (operator === 'OR' || operator === '||') return { kind: 'OR' }
  if (operator !== undefined || sign === '-') return { kind: 'NOT' }
  if (field !== undefined) return { kind: 'field', name: field }
  if (phrase !== undefined) return { kind: 'phrase', text: phrase }
  return word === undefined ? undefined : { kind: 'word', text: word }
}
