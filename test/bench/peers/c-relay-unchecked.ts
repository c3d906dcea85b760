/** The same without a checksum: shows that source and sink are not what limits the others. */
import type { TransferContender } from '../contender.ts'
import { missingRelay, relayCommand } from '../parts/c-relay.ts'

export const contender: TransferContender = {
  name: 'limit: C relay, no md5',
  enters: ['one-file', 'many-files'],
  once: ['one-file', 'many-files'],
  missing: missingRelay,
  command: (job) => relayCommand('none', job),
}
