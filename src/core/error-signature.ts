/** Which errors are one and the same? Those of one code whose sentences differ only in what they are about. */

/** What stands in the place of a name, an id or a number. */
const gap = '…'
const longest = 300

const quoted = /"[^"]*"|“[^”]*”|‘[^’]*’|`[^`]*`|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu
const addresses = /\b[a-z][a-z\d+.-]*:\/\/[^\s"]*/gi
/** Words that only ever name something: DOIs, paths, hosts and files, whatever has a digit. */
const names = /[^\s,;()]*(?:[/@\\\d]|[\p{L}_-]\.[\p{L}_-])[^\s,;()]*/gu
/** What begins an explanation belongs to the sentence. */
const ending = /:$/
const runs = /…(?:(?:, and |, or |, | and | or |: | \(| )…\)?)+/g

/** The sentence without quoted names, addresses, DOIs, hosts, ids and numbers; of lists one gap is left. At most 300 characters. */
export function normaliseError(message: string): string {
  const bare = message
    .slice(0, longest * 20)
    .replace(addresses, named)
    .replace(quoted, gap)
    .replace(names, named)
  const plain = bare.replace(/\s+/g, ' ').replace(/…+/g, gap).replace(runs, gap).trim()
  return plain.slice(0, longest).toWellFormed().trim()
}

/** Equal for errors that are one and the same, whichever copy they are of. */
export function errorSignature(code: string, message: string): string {
  return `${code}\n${normaliseError(message)}`
}

function named(word: string): string {
  return gap + (ending.exec(word)?.[0] ?? '')
}
