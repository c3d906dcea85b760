/** A repository that takes messages: a real server, which checks each as a receiver would, and answers as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  /** `webhook-id`. */
  readonly key: string
  readonly type: string
  readonly timestamp: string
  // biome-ignore lint/suspicious/noExplicitAny: what the tests are about
  readonly data: any
}

type Answering = (message: Received, response: ServerResponse) => void

export interface Receiver {
  readonly url: string
  /** In the order in which they came, those that were refused as well. */
  readonly received: Received[]
  readonly headers: IncomingMessage['headers'][]
  /** From now on; default: 204 at once. */
  answers(how: Answering): void
  /** Resolves once so many have come. */
  has(count: number): Promise<void>
  close(): Promise<void>
}

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const taken: Answering = (_message, response) => void response.writeHead(204).end()

/** @param port of one that was there before; default: a free one */
export async function createReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = []
  const headers: IncomingMessage['headers'][] = []
  const waiting = new Set<() => void>()
  let answering = taken
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const fields = request.headers as Record<string, string>
    const message = new Webhook(secret).verify(body, fields) as Omit<Received, 'key'>
    headers.push(request.headers)
    const one = { key: fields['webhook-id'] ?? '', ...message }
    received.push(one)
    answering(one, response)
    for (const look of waiting) look()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    headers,
    answers: (how) => {
      answering = how
    },
    has: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Settings with which a world tells this receiver, and tries again at once. */
export function tellingTo({ url }: Pick<Receiver, 'url'>, more: Readonly<Record<string, unknown>> = {}) {
  return {
    'webhook.url': url,
    'webhook.secret': secret,
    'webhook.allowPrivateAddresses': true,
    'webhook.timeoutSeconds': 5,
    'webhook.retrySeconds': [0.01, 0.01, 0.01],
    ...more,
  }
}
