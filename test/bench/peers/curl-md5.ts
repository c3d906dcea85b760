/** What a person types: curl, tee, md5sum, curl. The ratios of most transfer tables refer to it. */
import type { TransferContender } from '../contender.ts'
import { forEachFile, lacking } from '../parts/shell.ts'

/** Waits for md5sum, compares its sum and the answer with what was promised. */
const copy = `
  exec 3> >(md5sum > "$FOLDER/$1.md5"); local summing=$!
  curl -sSf "$SOURCE/$1" | tee /dev/fd/3 | curl -sSf -T - -o "$FOLDER/$1.answer" \\
    -H "Content-Length: $SIZE" -H 'Transfer-Encoding:' -H 'Expect:' -H "Authorization: Bearer $TOKEN" "$TARGET/$1"
  exec 3>&-; wait $summing
  grep -q "^$MD5 " "$FOLDER/$1.md5" && grep -q "md5:$MD5" "$FOLDER/$1.answer"`

export const contender: TransferContender = {
  name: 'curl piped to curl, tee to md5sum',
  enters: ['one-file', 'tls', 'service'],
  missing: () => lacking(['bash', 'curl', 'tee', 'md5sum', 'xargs']),
  command: (job) => forEachFile(copy, job),
}
