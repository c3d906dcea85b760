# How many jobs a second, for the queues in Ruby? As queue-rates.ts does for those in Node.js. Told the job as JSON.
require 'json'

JOB = JSON.parse(ARGV[0], symbolize_names: true)
BULK = 500

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

# Steps that say how many they did, until `count` are done or the time is up.
def rate_per_second(count, seconds = JOB[:seconds])
  start = now
  done = 0
  done += yield while done < count && now - start < seconds
  done / (now - start)
end
