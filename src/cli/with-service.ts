/** Through which door does a command reach the service: its database, or the HTTP API? */
import type { Context } from './command.ts'
import type { Service } from './service.ts'

/** @throws Failure as `withApp` does, or `service_unreachable` */
export async function withService<T>(
  context: Context,
  purpose: 'read' | 'write',
  use: (service: Service) => Promise<T>,
): Promise<T> {
  if (context.server !== null) {
    const { remoteService } = await import('./remote-service.ts')
    return await use(remoteService(context.server))
  }
  const [{ withApp }, { localService }] = await Promise.all([import('./with-app.ts'), import('./local-service.ts')])
  return await withApp(context.settings().config, purpose, async (app) => await use(localService(app)))
}
