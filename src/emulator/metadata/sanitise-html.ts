/** What is left of HTML that a depositor sent? Disallowed tags go, their text stays (invenio-rdm-records SanitizedHTML). */

const TAGS = new Set(
  `a abbr acronym b blockquote br code col colgroup div table tbody tfoot thead td th tr em h1 h2 h3 h4 h5 i li ol p pre s
  span strike strong sub sup u ul`.split(/\s+/),
)

const ATTRIBUTES = new Map([
  ['a', ['href', 'title', 'name', 'target', 'rel']],
  ['abbr', ['title']],
  ['acronym', ['title']],
])

const TAG = /<(?:!--[\s\S]*?--|(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*))>/g
const ATTRIBUTE = /([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g

/** Removes tags and attributes that Zenodo does not allow. */
export function sanitiseHtml(text: string): string {
  return text.replaceAll(TAG, (_, slash: string | undefined, name: string | undefined, rest: string | undefined) => {
    if (name === undefined) return ''
    const tag = name.toLowerCase()
    if (!TAGS.has(tag)) return ''
    return slash === '/' ? `</${tag}>` : `<${tag}${keptAttributes(tag, rest ?? '')}>`
  })
}

function keptAttributes(tag: string, text: string): string {
  const allowed = ATTRIBUTES.get(tag) ?? []
  const kept: string[] = []
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? bare ?? ''
    if (!allowed.includes(name.toLowerCase()) || /^\s*(?:javascript|data|vbscript):/i.test(value)) continue
    kept.push(` ${name.toLowerCase()}="${value.replaceAll('"', '&quot;')}"`)
  }
  return kept.join('')
}

/** Takes out control characters and surrounding white space, as Zenodo does with every text. */
export function sanitiseText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff\u200b]/g, '').trim()
}
