/** Who asks a web address for a file? We ourselves where the answer is beyond doubt, else undici. */
import type { HttpGets } from './http-answer.ts'
import type { ConnectSettings } from './plain-connection.ts'
import { createPlainGets } from './plain-get.ts'
import { createUndiciGets } from './undici-get.ts'

/** For so long an origin is left to undici after an answer that was not plain: it should not be asked everything twice. */
const leftToUndiciMs = 10 * 60_000

export function createHttpGets(settings: ConnectSettings): HttpGets {
  const plain = createPlainGets(settings)
  const undici = createUndiciGets(settings)
  const leftUntil = new Map<string, number>()
  return {
    async get(url, headers, signal) {
      if ((leftUntil.get(url.origin) ?? 0) > Date.now()) return undici.get(url, headers, signal)
      const answer = await plain.get(url, headers, signal)
      if (answer !== null) return answer
      leftUntil.set(url.origin, Date.now() + leftToUndiciMs)
      return undici.get(url, headers, signal)
    },
    close: async () => {
      await Promise.all([plain.close(), undici.close()])
    },
  }
}
