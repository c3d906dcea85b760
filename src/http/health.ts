/** Does the process live, and can it do its work? For load balancers and supervisors, so without a token and without names. */
import type { FastifyInstance } from 'fastify'
import type { ServicePorts } from './ports.ts'

export function addHealth(server: FastifyInstance, { requireReady }: Pick<ServicePorts, 'requireReady'>): void {
  const quiet = { logLevel: 'warn', schema: { hide: true } } as const
  server.get('/healthz', quiet, () => ({ status: 'alive' }))
  // what keeps it from being ready is answered as every failure is
  server.get('/readyz', quiet, async () => {
    await requireReady()
    return { status: 'ready' }
  })
}
