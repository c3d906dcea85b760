/** Which kind of source is it, and how is it opened? */
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import { createAddressGuard } from './address-guard.ts'
import { openFileSource } from './file-source.ts'
import { openHeldSource } from './held-source.ts'
import { createHttpGets } from './http-gets.ts'
import { openHttpSource } from './http-source.ts'
import { readHttpDocument } from './read-document.ts'
import { createS3Sources } from './s3-source.ts'
import type { OpenSource } from './source-checks.ts'

export interface Sources {
  /** Opens and checks a source; nothing of it has been read yet. The signal ends it at any time. */
  open(file: SourceFile, signal: AbortSignal): Promise<OpenSource>
  /** A document of at most so many bytes, from a web address. */
  document(address: string, mostBytes: number, signal: AbortSignal): Promise<string>
  close(): Promise<void>
}

interface SourceSettings {
  /** Folders that `file:` sources may lie in. */
  readonly fileRoots: readonly string[]
  readonly allowPrivateAddresses: boolean
  readonly userAgent: string
  readonly connectMs: number
}

export function createSources(settings: SourceSettings): Sources {
  const guard = createAddressGuard(settings)
  const { userAgent, connectMs } = settings
  const lookup = guard.lookup === undefined ? {} : { lookup: guard.lookup }
  const gets = createHttpGets({ connectMs, ...lookup })
  const toZenodo = createHttpGets({ connectMs })
  const s3 = createS3Sources()
  const http = { gets, guard, userAgent }
  const held = { zenodo: { gets: toZenodo, userAgent }, elsewhere: http }
  return {
    open(file, signal) {
      if (file.held) return openHeldSource(file, file.held, { sources: held, signal })
      switch (schemeOf(file.source)) {
        case 'https':
        case 'http':
          return openHttpSource(file, http, signal)
        case 'file':
          return openFileSource(file, settings.fileRoots, signal)
        case 's3':
          return s3.open(file, signal)
        default:
          return Promise.reject(unknownScheme(file))
      }
    },
    document: (address, mostBytes, signal) => readHttpDocument(address, { sources: http, mostBytes, signal }),
    close: async () => {
      await Promise.all([gets.close(), toZenodo.close(), s3.close()])
    },
  }
}

function schemeOf(source: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase() ?? ''
}

function unknownScheme(file: SourceFile): Failure {
  const message = `The source of "${file.path}" is not allowed: only https:, file: and s3: addresses are known.`
  return new Failure('source_not_allowed', message, { details: { path: file.path } })
}
