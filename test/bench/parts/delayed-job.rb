# Delayed Job on ActiveRecord and MySQL, with the table that its generator writes. It works one job at a time.
require_relative 'queue-rates'
require 'active_record'
require 'delayed_job_active_record'

ActiveRecord::Base.establish_connection(JOB[:databaseUrl].sub(/\Amysql:/, 'mysql2:'))
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :delayed_jobs, force: true do |table|
    table.integer :priority, default: 0, null: false
    table.integer :attempts, default: 0, null: false
    table.text :handler, null: false
    table.text :last_error
    table.datetime :run_at
    table.datetime :locked_at
    table.datetime :failed_at
    table.string :locked_by
    table.string :queue
    table.timestamps null: true
  end
  add_index :delayed_jobs, %i[priority run_at], name: 'delayed_jobs_priority'
end
Delayed::Worker.logger = nil
Delayed::Worker.destroy_failed_jobs = false

NoOp = Struct.new(:number) do
  def perform; end
end

enqueue_single = rate_per_second(JOB[:single]) do
  Delayed::Job.enqueue(NoOp.new(1))
  1
end
enqueue_bulk = rate_per_second(JOB[:many], 60) do
  time = Time.now.utc
  # each job is another one, as in life: its handler is written for it
  rows = Array.new(BULK) do |number|
    { handler: NoOp.new(number).to_yaml, priority: 0, attempts: 0, run_at: time, created_at: time, updated_at: time }
  end
  Delayed::Job.insert_all(rows)
  BULK
end
worker = Delayed::Worker.new(quiet: true)
drain_single = rate_per_second(JOB[:single]) do
  worked, failed = worker.work_off(20)
  abort "#{failed} jobs failed" if failed.positive?
  abort 'nothing to do' if worked.zero?
  worked
end
puts({ enqueueSingle: enqueue_single, enqueueBulk: enqueue_bulk, drainSingle: drain_single }.to_json)
