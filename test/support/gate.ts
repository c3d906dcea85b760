/** How does a test hold a copy in the middle of its upload? The source begins to answer, and goes on when it is told to. */
import type { ServerResponse } from 'node:http'
import type { SourceServer } from './source-server.ts'

export interface Gate {
  /** Resolves when the file is asked for: its copy is then in the middle of the upload. */
  readonly reached: Promise<void>
  open(): void
}

/** Holds the next request for a path of the source. */
export function holdSource(source: SourceServer, path: string, content: string): Gate {
  const reached = Promise.withResolvers<void>()
  let held: ServerResponse | null = null
  source.misbehave(path, (_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': Buffer.byteLength(content),
    })
    response.flushHeaders()
    held = response
    reached.resolve()
  })
  return { reached: reached.promise, open: () => void held?.end(content) }
}
