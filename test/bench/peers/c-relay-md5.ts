/** How fast one thread can be that reads, hashes and writes: C, without anything around it. */
import type { TransferContender } from '../contender.ts'
import { missingRelay, relayCommand } from '../parts/c-relay.ts'

export const contender: TransferContender = {
  name: 'limit: C relay, md5 in its one thread',
  enters: ['one-file', 'many-files'],
  once: ['one-file'],
  missing: missingRelay,
  command: (job) => relayCommand('md5', job),
}
