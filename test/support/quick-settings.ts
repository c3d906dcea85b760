/** With which settings does the service not keep a test waiting? Pauses of milliseconds, and no rate limit of its own. */

export const quickSettings = {
  'zenodo.requestsPerMinute': 100_000,
  'zenodo.requestsPerHour': 1_000_000,
  'zenodo.retryBaseSeconds': 0.01,
  'zenodo.firstLookSeconds': 0.02,
  'zenodo.looks': 4,
  'sources.allowPrivateAddresses': true,
  'retry.baseSeconds': 0.02,
  'retry.maxSeconds': 0.05,
  'transfer.retryBaseSeconds': 0.01,
  'transfer.stallSeconds': 5,
  'worker.pollSeconds': 0.05,
  'worker.lease.quarantineSeconds': 0,
  'breaker.probeSeconds': 0.05,
}
