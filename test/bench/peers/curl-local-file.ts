/** What a person types for a file on disk: curl sends it while md5sum reads it. */
import type { TransferContender } from '../contender.ts'
import { forEachFile, lacking } from '../parts/shell.ts'

const copy = `
  local path="\${SOURCE#file://}/$1"
  md5sum < "$path" > "$FOLDER/$1.md5" & local summing=$!
  curl -sSf -T "$path" -o "$FOLDER/$1.answer" -H 'Expect:' -H "Authorization: Bearer $TOKEN" "$TARGET/$1"
  wait $summing
  grep -q "^$MD5 " "$FOLDER/$1.md5" && grep -q "md5:$MD5" "$FOLDER/$1.answer"`

export const contender: TransferContender = {
  name: 'curl -T beside md5sum',
  enters: ['local-file'],
  missing: () => lacking(['bash', 'curl', 'md5sum']),
  command: (job) => forEachFile(copy, job),
}
