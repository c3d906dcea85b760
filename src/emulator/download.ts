/** How is a stored file sent to somebody who downloads it? */
import type { Answer } from './http-answer.ts'
import { encodeKey } from './links.ts'
import { servedType } from './mime-type.ts'
import type { StoredFile } from './records-model.ts'
import type { RequestContext } from './request-context.ts'

/** The bytes of a file with the headers of invenio-files-rest: no range requests, active types served as text. */
export function downloadAnswer({ store }: RequestContext, file: StoredFile): Answer {
  const { type, isInline } = servedType(file.key)
  return {
    kind: 'bytes',
    status: 200,
    open: () => store.blobs.open(file.fileId),
    headers: {
      'content-type': type,
      'content-length': file.sizeBytes,
      etag: `"md5:${file.md5}"`,
      'content-md5': file.md5,
      'content-disposition': `${isInline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeKey(file.key)}`,
      'x-content-type-options': 'nosniff',
    },
  }
}
