/** Who may read the metrics? Whoever may look at copies, or, when the settings say so, everybody who reaches the port. */
import type { FastifyInstance } from 'fastify'
import type { Role } from '../core/roles.ts'
import type { ServicePorts } from './ports.ts'

const readers: readonly Role[] = ['viewer', 'curator', 'admin']

export function addMetrics(server: FastifyInstance, { metrics }: Pick<ServicePorts, 'metrics'>): void {
  const config = metrics.withoutToken ? {} : { roles: readers }
  server.get('/metrics', { config, logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => {
    return await reply.type(metrics.contentType).send(await metrics.text())
  })
}
