/** The hands that move bytes: from any source to Zenodo, in constant memory, tried again as a whole. */
import { longestDocument } from '../core/manifest/json-text.ts'
import type { DocumentSource, FileTransfer } from '../replication/ports/file-transfer.ts'
import { type FileRetryEvent, withAttempts } from './file-attempts.ts'
import { createHashPool } from './hash-pool.ts'
import { createSources } from './open-source.ts'
import { createPutAgents } from './put-agents.ts'
import { digestFile, type Engine, sendFile } from './send-file.ts'
import { createSlotPool } from './slots.ts'

export interface TransferSettings {
  /** Folders that `file:` sources may lie in. */
  readonly fileRoots: readonly string[]
  readonly allowPrivateAddresses: boolean
  /** No progress in either direction for so long ends a try. */
  readonly stallMs: number
  /** Tries of a file in total. */
  readonly fileAttempts: number
  readonly retryBaseMs: number
  readonly userAgent: string
  readonly emit: (event: FileRetryEvent) => void
}

const longestConnectMs = 30_000
const longestAnswerMs = 10_000
/** A connection that nobody uses for so long is closed, before the other side does; it may say a shorter time. */
const longestIdleMs = 4000

/** Connections are opened as needed and kept until `close`, which cuts those still in use. */
export function createTransfer(settings: TransferSettings): FileTransfer & DocumentSource & { close(): Promise<void> } {
  const connectMs = Math.min(settings.stallMs, longestConnectMs)
  const sources = createSources({ ...settings, connectMs })
  const keepAlive = { keepAlive: true, timeout: longestIdleMs }
  const agents = createPutAgents(keepAlive, connectMs)
  const hashes = createHashPool()
  // well before the stall: a refusal without its text is still worth more than the news that nothing moves
  const answerMs = Math.min(settings.stallMs / 2, longestAnswerMs)
  const engine: Engine = {
    sources,
    puts: { agents, userAgent: settings.userAgent, answerMs },
    passing: { hashes, slots: createSlotPool() },
    stallMs: settings.stallMs,
  }
  return {
    send: (file, target, options) =>
      withAttempts(settings, { path: file.path, once: () => sendFile(engine, { file, target }, options) }, options),
    digest: (file, options) =>
      withAttempts(settings, { path: file.path, once: () => digestFile(engine, file, options) }, options),
    readDocument: (address, signal) => {
      const stalled = AbortSignal.timeout(settings.stallMs)
      return sources.document(address, longestDocument, AbortSignal.any([signal, stalled]))
    },
    close: async () => {
      agents.http.destroy()
      agents.https.destroy()
      await Promise.all([sources.close(), hashes.close()])
    },
  }
}
