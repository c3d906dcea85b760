/** What a Rails application with Redis has: Sidekiq. It has no batches, so that "by 100" is its usual ten threads. */
import type { QueueContender } from '../contender.ts'
import { missingGems, rubyCommand } from '../parts/ruby.ts'

export const contender: QueueContender = {
  name: 'Sidekiq, Redis (by 100: 10 threads)',
  enters: ['queue'],
  once: ['queue'],
  databases: ['redis'],
  missing: () => missingGems(['sidekiq'], 'ruby-sidekiq'),
  command: (job) => rubyCommand('sidekiq.rb', job),
}
