/** What a Rails application has: Delayed Job in its own database. Works one at a time only. */
import type { QueueContender } from '../contender.ts'
import { missingGems, rubyCommand } from '../parts/ruby.ts'

export const contender: QueueContender = {
  name: 'Delayed Job, MariaDB',
  enters: ['queue'],
  databases: ['mariadb'],
  missing: () => missingGems(['delayed_job_active_record', 'mysql2'], 'ruby-delayed-job-active-record and ruby-mysql2'),
  command: (job) => rubyCommand('delayed-job.rb', job),
}
