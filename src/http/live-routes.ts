/** How is somebody told what happens, until they go, or may hear it no longer? */
import { Readable } from 'node:stream'
import { asFailure } from '../core/failure.ts'
import type { Contract } from './contract.ts'
import type { LiveHub } from './live-hub.ts'
import type { Listener } from './live-listener.ts'
import type { Handlers } from './route.ts'

/** A token that was revoked, or a session that ended, hears no more after so many looks. */
const looksAllowed = 5
/** Not all of those whom a server left come back at once. */
const reconnectMs = { least: 1000, most: 4000 }

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // nobody asks for anything else on it, and a server that stops need not wait for that
  connection: 'close',
  // nginx would collect the messages otherwise
  'x-accel-buffering': 'no',
}

export function liveRoutes(hub: LiveHub, everyMs: number): Pick<Handlers<Contract>, 'listen'> {
  return {
    listen: async ({ query, headers: { 'last-event-id': lastId }, stillAllowed }) => {
      const listener = await hub.join(query, lastId)
      const asking = setInterval(() => void endIfRefused(listener, stillAllowed), looksAllowed * everyMs)
      const body = Readable.from(textsOf(listener), { objectMode: false, signal: listener.signal })
      body.once('close', () => {
        clearInterval(asking)
        hub.leave(listener)
      })
      return { status: 200, headers, body }
    },
  }
}

/** While the database is away nobody knows, and nothing is told. */
async function endIfRefused(listener: Listener, stillAllowed: () => Promise<unknown>): Promise<void> {
  try {
    await stillAllowed()
  } catch (error) {
    const { code, message } = asFailure(error)
    if (code === 'token_required' || code === 'role_required') listener.end('refused', message)
  }
}

async function* textsOf(listener: Listener) {
  yield `retry: ${Math.round(reconnectMs.least + Math.random() * (reconnectMs.most - reconnectMs.least))}\n\n`
  yield* listener.texts()
}
