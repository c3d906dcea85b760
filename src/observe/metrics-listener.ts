/** Where is a worker asked for its metrics? At a port of its own: it answers nothing else, and takes no token. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure } from '../core/failure.ts'
import type { Metrics } from './service-metrics.ts'

export interface MetricsListener {
  readonly url: string
  close(): void
}

/** Answers `/metrics`, and `/healthz` for supervisors. @throws Failure `config_invalid` when the address cannot be listened on */
export async function listenForMetrics(
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?', 1)[0]
    const answer = { '/metrics': () => metrics.text(), '/healthz': async () => '{"status":"alive"}' }[path ?? '']
    const text = request.method === 'GET' || request.method === 'HEAD' ? await answer?.() : undefined
    const type = path === '/metrics' ? metrics.contentType : 'application/json'
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : text)
  })
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(
      'config_invalid',
      `Cannot listen for metrics on ${host}:${port} (${code ?? 'no reason given'}).`,
      {
        cause: error,
        hint: 'See worker.metricsHost and worker.metricsPort: the address must be one of this host, and the port free.',
      },
    )
  }
  // metrics alone keep no process alive
  server.unref()
  const at = server.address() as AddressInfo
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
