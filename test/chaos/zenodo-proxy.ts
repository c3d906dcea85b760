/** What goes between a worker and Zenodo? An HTTP proxy that tells of every call, and can be held or cut at its points. */
import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Call } from './journal.ts'
import { callName } from './points.ts'
import { listen, type ProxyPorts, type WireProxy } from './wire-proxy.ts'

/** @param upstream origin of the emulator, which writes it into its links; the worker gets the proxy's own instead. */
export async function openZenodoProxy(upstream: string, ports: ProxyPorts): Promise<WireProxy> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    const own = `http://127.0.0.1:${request.socket.localPort}`
    pass({ request, response, agent, upstream, own }, ports).catch(() => response.destroy())
  })
  return {
    port: await listen(server),
    async close() {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

interface Passage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly agent: Agent
  readonly upstream: string
  readonly own: string
}

/** @throws when either side broke off, or the gate says so */
async function pass(passage: Passage, { worker, gate, journal }: ProxyPorts): Promise<void> {
  const { request, response, upstream, own } = passage
  const { method = '', url: path = '' } = request
  const name = callName(method, path)
  const caller = worker()
  const call: Call = {
    kind: 'call',
    worker: caller,
    at: performance.now(),
    leads: journal.leader() === caller,
    name,
    method,
    path,
    endedAt: null,
    status: null,
  }
  journal.add(call)
  request.once('end', () => {
    call.endedAt = performance.now()
  })
  requirePass(await gate({ on: 'zenodo', name, when: 'before' }, call.worker))
  const answer = await forward(passage)
  const body = await buffer(answer)
  call.status = answer.statusCode ?? 0
  requirePass(await gate({ on: 'zenodo', name, when: 'after' }, call.worker))
  const isText = /json/.test(answer.headers['content-type'] ?? '')
  const told = isText ? Buffer.from(body.toString().replaceAll(upstream, own)) : body
  const { connection: _hop, 'transfer-encoding': _coding, ...headers } = answer.headers
  const lengths = method === 'HEAD' || call.status === 204 ? {} : { 'content-length': told.length }
  // a request that was refused before its end leaves a connection that nobody can go on with
  const last = call.endedAt === null ? { connection: 'close' } : {}
  response.writeHead(call.status, { ...headers, ...lengths, ...last }).end(told)
}

function requirePass(verdict: 'pass' | 'cut'): void {
  if (verdict === 'cut') throw new Error('cut')
}

/** @returns the answer as soon as its head is there; the body may still be on its way then. */
async function forward({ request, response, agent, upstream }: Passage): Promise<IncomingMessage> {
  const { host } = new URL(upstream)
  const { method, url: path, headers } = request
  const out = httpRequest(`${upstream}${path}`, { method, headers: { ...headers, host }, agent })
  response.once('close', () => response.writableFinished || out.destroy())
  const answered = once(out, 'response') as Promise<[IncomingMessage]>
  const sent = pipeline(request, out)
  const [answer] = await Promise.race([answered, sent.then(() => answered)])
  sent.catch(() => undefined)
  return answer
}
