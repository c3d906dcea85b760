# Sidekiq with its own launcher in this process: one thread for one at a time, ten (its usual number) instead of batches.
require_relative 'queue-rates'
require 'logger'
require 'sidekiq'
require 'sidekiq/launcher'

Sidekiq.logger.level = Logger::FATAL
Sidekiq.redis = { url: JOB[:databaseUrl], size: 20 }

class NoOp
  include Sidekiq::Worker
  LOCK = Mutex.new

  class << self
    attr_accessor :done, :first, :last
  end

  def perform
    LOCK.synchronize do
      NoOp.last = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      NoOp.first ||= NoOp.last
      NoOp.done += 1
    end
  end
end

# From the first call to the last, so that the start of the threads does not count.
def drain(count, threads)
  NoOp.done = 0
  NoOp.first = nil
  launcher = Sidekiq::Launcher.new(Sidekiq.options.merge(concurrency: threads, queues: ['default'], timeout: 5))
  launcher.run
  give_up = now + 20
  sleep 0.02 until NoOp.done >= count || (NoOp.first && now - NoOp.first > JOB[:seconds]) || now > give_up
  rate = (NoOp.done - 1) / (NoOp.last - NoOp.first)
  launcher.stop
  rate
end

enqueue_single = rate_per_second(JOB[:single]) do
  NoOp.perform_async
  1
end
enqueue_bulk = rate_per_second(JOB[:many], 60) do
  Sidekiq::Client.push_bulk('class' => NoOp, 'args' => Array.new(BULK) { [] })
  BULK
end
drain_single = drain([JOB[:single], JOB[:many] / 2].min, 1)
drain_batch = drain(JOB[:many] / 2, 10)
puts({ enqueueSingle: enqueue_single, enqueueBulk: enqueue_bulk, drainSingle: drain_single, drainBatch: drain_batch }.to_json)
