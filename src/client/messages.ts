/** What do the bytes of a stream of server-sent events say? (https://html.spec.whatwg.org/multipage/server-sent-events.html) */

export interface Message {
  readonly event?: string
  readonly data?: string
  readonly id?: string
  readonly retryMs?: number
}

/** One for each block, also for those that only say an id or that the connection lives. */
export async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  for await (const bytes of body) {
    const blocks = decoder.decode(bytes, { stream: true }).split('\n\n')
    // a long block comes in many parts, which are put together once
    for (const block of blocks.slice(0, -1)) {
      yield messageIn(parts.splice(0).join('') + block)
    }
    parts.push(blocks.at(-1) ?? '')
  }
}

function messageIn(block: string): Message {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/s.exec(line))
  const value = (name: string) => fields.find((field) => field?.[1] === name)?.[2]
  const [event, data, id, retry] = [value('event'), value('data'), value('id'), value('retry')]
  return {
    ...(event === undefined ? {} : { event }),
    ...(data === undefined ? {} : { data }),
    ...(id === undefined ? {} : { id }),
    ...(retry === undefined ? {} : { retryMs: Number(retry) }),
  }
}
