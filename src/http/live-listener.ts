/** What waits to be sent to one who listens? Bounded: who reads too slowly is told so, and cut. */
import { normaliseDoi } from '../core/doi.ts'
import type { CopyProgress, FeedEvent } from '../replication/ports/event-feed.ts'
import type { LiveData, LiveName, LiveQuery } from './live-schemas.ts'

/** Characters that may wait for a reader when there is more, beside what the sockets hold. */
const mostWaiting = 1_000_000
/** So long a reader has to take the last message. */
const farewellMs = 10_000

const always: ReadonlySet<LiveName> = new Set<LiveName>(['hello', 'reset', 'end'])

export interface Listener {
  /** What is sent, until the end. */
  texts(): AsyncGenerator<string>
  /** What it missed while it was away; this may be more than waits otherwise. */
  catchUp(events: readonly FeedEvent[], id: string): void
  /** Aborts when the last message was not taken in time. */
  readonly signal: AbortSignal
  wants(about: FeedEvent | CopyProgress): boolean
  /** @param id where one goes on who has heard this */
  tell<Name extends LiveName>(name: Name, data: LiveData<Name>, id?: string): void
  /** Before more is told: ends when too much waits of what was told before. */
  cutIfSlow(): void
  /** Not a message: the connection lives, and one goes on from here. */
  beat(id: string): void
  end(reason: LiveData<'end'>['reason'], message: string): void
}

export function createListener(query: LiveQuery): Listener {
  const waiting: string[] = []
  let size = 0
  let allowed = mostWaiting
  let isEnded = false
  let wake = () => {}
  const impatience = new AbortController()
  const wants = matching(query)
  const put = (text: string) => {
    if (isEnded) return
    waiting.push(text)
    size += text.length
    wake()
  }
  const end: Listener['end'] = (reason, message) => {
    if (isEnded) return
    if (reason === 'slow') waiting.length = 0
    waiting.push(messageText('end', { reason, message }))
    isEnded = true
    setTimeout(() => impatience.abort(), farewellMs).unref()
    wake()
  }
  return {
    signal: impatience.signal,
    wants,
    tell: (name, data, id) => {
      if (always.has(name) || (query.event?.includes(name) ?? true)) put(messageText(name, data, id))
      else if (id !== undefined) put(`id: ${id}\n\n`)
    },
    catchUp: (events, id) => {
      if (query.event?.includes('copy') ?? true)
        for (const event of events.filter(wants)) put(messageText('copy', event))
      allowed += size
      put(`id: ${id}\n\n`)
    },
    cutIfSlow: () => {
      const text = 'More waits than is kept for a reader. Connect again: it goes on from the last id.'
      if (size > allowed) end('slow', text)
    },
    beat: (id) => put(`: alive\nid: ${id}\n\n`),
    end,
    async *texts() {
      for (;;) {
        for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
          size -= text.length
          yield text
        }
        if (isEnded) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function messageText(name: LiveName, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function matching({ copy, dataset, type, kind }: LiveQuery): Listener['wants'] {
  const doi = dataset === undefined ? undefined : (normaliseDoi(dataset) ?? dataset)
  return (about) =>
    (copy?.includes(about.copyId) ?? true) &&
    (doi === undefined || doi === about.dataset) &&
    (type?.includes(about.type) ?? true) &&
    (kind === undefined || !('kind' in about) || kind.includes(about.kind))
}
