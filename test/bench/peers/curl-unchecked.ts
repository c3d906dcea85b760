/** The same pipe without a checksum: shows that source and sink are not what limits the others. Nobody should use it. */
import type { TransferContender } from '../contender.ts'
import { forEachFile, lacking } from '../parts/shell.ts'

const copy = `
  curl -sSf "$SOURCE/$1" | curl -sSf -T - -o "$FOLDER/$1.answer" \\
    -H "Content-Length: $SIZE" -H 'Transfer-Encoding:' -H 'Expect:' -H "Authorization: Bearer $TOKEN" "$TARGET/$1"
  grep -q "md5:$MD5" "$FOLDER/$1.answer"`

export const contender: TransferContender = {
  name: 'curl piped to curl, no md5',
  enters: ['one-file', 'tls'],
  once: ['one-file', 'tls'],
  missing: () => lacking(['bash', 'curl', 'xargs']),
  command: (job) => forEachFile(copy, job),
}
