/** What are browsers told to refuse? Scripts and styles from elsewhere or within the page, frames, and telling others where one came from. */
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { type AccessSettings, isBehindTls } from './settings.ts'

const self = ["'self'"]
const none = ["'none'"]

export async function addHeaders(server: FastifyInstance, settings: AccessSettings): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': none,
        'script-src': self,
        'style-src': self,
        'img-src': self,
        'connect-src': self,
        'form-action': self,
        'frame-ancestors': none,
        'base-uri': none,
      },
    },
    strictTransportSecurity: isBehindTls(settings) ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    // not "no-referrer": with that, browsers send forms with the origin "null"
    referrerPolicy: { policy: 'same-origin' },
  })
}
