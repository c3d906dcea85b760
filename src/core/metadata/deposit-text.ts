/** How does text of a dataset become text that Zenodo takes? Plain for titles, HTML for descriptions, nothing when blank. */

/** Zenodo wants at least three characters of title, description, notes and method (zenodo-rdm, metadata schema). */
const shortest = 3

const tagNames =
  'a|abbr|b|bdi|big|br|center|cite|code|dfn|div|em|font|h[1-6]|hr|i|italic|kbd|li|mark|ol|p|pre|q|s|samp|sc|small|span|strike|strong|sub|sup|tt|u|ul|var'
const attribute = '\\s+[\\w:-]+\\s*=\\s*(?:"[^"]*"|\'[^\']*\'|[^\\s"\'<>=]+)'
// only what is certainly markup: "p < 0.05 and n > 3" is text
const tags = new RegExp(`</?(?:(?:jats|mml):[a-z-]+|${tagNames})(?:${attribute})*\\s*/?>`, 'gi')

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  deg: '°',
  plusmn: '±',
  times: '×',
  micro: 'µ',
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  Delta: 'Δ',
  lambda: 'λ',
  mu: 'μ',
  pi: 'π',
  sigma: 'σ',
  omega: 'ω',
}

/** Text without markup: known HTML tags removed, entities decoded once, white space collapsed. */
export function plainText(html: string): string {
  return html
    .replace(tags, (tag) => (/^<\/?(?:p|br|div|li|h[1-6])\b/i.test(tag) ? ' ' : ''))
    .replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));/g, decodedEntity)
    .replace(/\s+/g, ' ')
    .trim()
}

function decodedEntity(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return named[name] ?? entity
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  // halves of surrogate pairs and numbers beyond Unicode are left as they were written
  return code > 0x1f && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : entity
}

/** Text as HTML: nothing in it can be read as a tag or an entity. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** The text trimmed, or undefined when nothing is left. */
export function filled(text: string | number | null | undefined): string | undefined {
  const trimmed = String(text ?? '').trim()
  return trimmed === '' ? undefined : trimmed
}

/** HTML that has something to say: undefined when it is blank without its tags, or too short for Zenodo. */
export function meaningfulHtml(html: string | null | undefined): string | undefined {
  const trimmed = filled(html)
  return trimmed === undefined || trimmed.length < shortest || plainText(trimmed) === '' ? undefined : trimmed
}

/** The type of an object whose undefined values have become absent. */
export type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** The object without its undefined values. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}

/** The list, or undefined when it is empty. */
export function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
