/** How does a stream of bytes become lines? One at a time, so that memory is bounded by the longest that is accepted. */

/** From 1 on; `text` is null when the line is longer than accepted, or not UTF-8. */
export interface Line {
  readonly number: number
  readonly text: string | null
  readonly bytes: number
}

const newline = 10

/** Lines end with a line feed, which the last one may lack. @param longest bytes of a line; what is longer is passed over */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Line> {
  let number = 0
  let parts: Uint8Array[] = []
  let bytes = 0
  const add = (part: Uint8Array) => {
    bytes += part.length
    if (bytes > longest) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const end = (): Line => {
    number += 1
    const line = { number, bytes, text: bytes > longest ? null : decode(parts) }
    parts = []
    bytes = 0
    return line
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, at))
      yield end()
      start = at + 1
    }
    add(chunk.subarray(start))
  }
  if (bytes > 0) yield end()
}

/** A mark of the byte order at the start is left out. */
function decode(parts: readonly Uint8Array[]): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
  } catch {
    // not UTF-8: told by the null
    return null
  }
}
