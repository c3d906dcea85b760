/** How does a test listen to `GET /events`? As a browser would: one message after the other, with the id to go on from. */
import { expect } from 'vitest'
import { type LiveName, liveMessages } from '../../src/http/live-schemas.ts'
import type { Api } from './setup.ts'

interface Heard {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what the tests are about
  readonly data: any
}

export interface Ear {
  readonly status: number
  /** The next message of this name that is so; those before it are passed over. */
  next(name: string, isIt?: (data: Heard['data']) => boolean): Promise<Heard['data']>
  /** All messages until the connection ends. */
  rest(): Promise<Heard[]>
  /** All that was heard so far. */
  readonly heard: Heard[]
  lastId(): string
  close(): Promise<void>
}

interface Listening {
  readonly query?: string
  readonly lastId?: string
  readonly token?: string
}

export async function listenTo(api: Api, { query = '', lastId, token }: Listening = {}): Promise<Ear> {
  const stop = new AbortController()
  const answer = await fetch(`${api.url}/api/v1/events${query}`, {
    signal: stop.signal,
    headers: {
      authorization: `Bearer ${token ?? (await api.tokenOf('viewer'))}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
  })
  let id = lastId ?? ''
  const heard: Heard[] = []
  const messages = messagesOf(answer.body!, (given) => {
    id = given
  })
  const one = async () => {
    const { value, done } = await messages.next()
    if (done) throw new Error(`the stream ended after ${heard.map(({ name }) => name).join(' ')}`)
    heard.push(value)
    return value
  }
  return {
    status: answer.status,
    heard,
    lastId: () => id,
    async next(name, isIt = () => true) {
      for (;;) {
        const message = await one()
        if (message.name === name && isIt(message.data)) return message.data
      }
    },
    async rest() {
      for await (const message of messages) heard.push(message)
      return heard
    },
    async close() {
      stop.abort()
      await messages.return(undefined).catch(() => undefined)
    },
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>, onId: (id: string) => void): AsyncGenerator<Heard> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of body) {
    const blocks = (text + decoder.decode(part, { stream: true })).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
      if (fields.has('id')) onId(fields.get('id')!)
      if (fields.has('data')) yield checked(fields.get('event')!, JSON.parse(fields.get('data')!))
    }
  }
}

/** As the contract has it. */
function checked(name: string, data: unknown): Heard {
  expect(liveMessages[name as LiveName].safeParse(data).error, name).toBeUndefined()
  return { name, data }
}
