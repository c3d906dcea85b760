/** Which rows do goals and ratios refer to? The names of contenders, as their files say them. */
export const names = {
  transfer: 'zenodo-replicator, transfer',
  worker: 'zenodo-replicator, worker --once',
  service: 'zenodo-replicator, manifest to published record',
  curl: 'curl piped to curl, tee to md5sum',
  localCurl: 'curl -T beside md5sum',
  python: 'python-requests, blocks of 1 MiB',
  undici: 'undici, md5 in a Transform',
  cRelay: 'limit: C relay, md5 in its one thread',
  md5: 'limit: md5 alone on one core',
  floor: 'floor',
  queueMariadb: 'zenodo-replicator, MariaDB',
  delayedJob: 'Delayed Job, MariaDB',
  pgBoss: 'pg-boss, PostgreSQL',
} as const
