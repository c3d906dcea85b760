/** Which settings are allowed, and yet most likely not meant so? Pure: settings in, findings out. */
import type { Config } from '../../config.ts'
import { type Finding, orElse } from './finding.ts'

type Rule = (config: Config) => Finding | null

/** Two hosts of which only one is meant, or a Zenodo that is not the one people think of. */
const rules: readonly Rule[] = [
  ({ zenodo: { url } }) =>
    url.startsWith('http:') && !isLoopback(new URL(url).hostname)
      ? warn(`zenodo.url is ${url}, so the token travels in the clear.`, 'Use https:.')
      : null,
  ({ zenodo: { url } }) =>
    /^(www\.|sandbox\.)?zenodo\.org$/.test(new URL(url).hostname) && new URL(url).pathname !== '/'
      ? warn(`zenodo.url is ${url}.`, 'Zenodo is at https://zenodo.org and https://sandbox.zenodo.org, without a path.')
      : null,
  ({ zenodo }) =>
    isAtZenodo(zenodo.url) && zenodo.contact === ''
      ? warn(
          'zenodo.contact is empty.',
          'With an address such as mailto:data@example.org Zenodo can ask before it blocks.',
        )
      : null,
  ({ zenodo }) =>
    isAtZenodo(zenodo.url) && (zenodo.requestsPerMinute > 1000 || zenodo.requestsPerHour > 50_000)
      ? warn(
          `zenodo.requestsPerMinute is ${zenodo.requestsPerMinute} and zenodo.requestsPerHour ${zenodo.requestsPerHour}: more than Zenodo is known to allow.`,
          'It documents 100 and 5,000; what its answers say is followed anyway.',
        )
      : null,
  ({ zenodo: { requestsPerMinute: minute, requestsPerHour: hour } }) =>
    hour < minute
      ? warn(
          `zenodo.requestsPerHour (${hour}) is less than zenodo.requestsPerMinute (${minute}).`,
          'The hour holds 60 minutes.',
        )
      : null,
  ({ worker: { lease }, database }) =>
    database.url.startsWith('mysql:') && lease.ttlSeconds < 10
      ? warn(
          `worker.lease.ttlSeconds is ${lease.ttlSeconds}.`,
          'At least 10: the server keeps the locks of a lost client for 5 s, and a busy moment must not cost the lease.',
        )
      : null,
  ({ worker: { lease }, zenodo }) =>
    isAtZenodo(zenodo.url) && lease.quarantineSeconds < 60
      ? warn(
          `worker.lease.quarantineSeconds is ${lease.quarantineSeconds}.`,
          'At least 60: so long Zenodo keeps a request alive that has stopped coming.',
        )
      : null,
  ({ worker: { pollSeconds, lease } }) =>
    pollSeconds > lease.ttlSeconds
      ? warn(
          `worker.pollSeconds (${pollSeconds}) is longer than worker.lease.ttlSeconds (${lease.ttlSeconds}).`,
          'New copies wait for that long; 1 to 10 is usual.',
        )
      : null,
  ({ worker: { host }, database }) =>
    host.length > 1 && database.url.startsWith('sqlite:')
      ? warn(
          `worker.host names ${host.length} hosts, but the database is a file of this one.`,
          'Several hosts need MySQL or MariaDB; a SQLite file must not be shared over a network.',
        )
      : null,
  ({ worker: { host } }) =>
    new Set(host.map((name) => name.toLowerCase())).size < host.length
      ? warn(`worker.host names one host twice: ${host.join(', ')}.`, 'Once is enough; names differ by case too.')
      : null,
  ({ worker }) =>
    worker.slots === 1
      ? warn('worker.slots is 1.', 'With at least 2 a small copy need not wait for a large one.')
      : null,
  ({ retry }) =>
    retry.attempts > 1 && retry.baseSeconds === 0
      ? warn('retry.baseSeconds is 0: all attempts of a copy are made at once.', 'A minute lets what is passing pass.')
      : null,
  ({ limits }) =>
    limits.bytesPerFile > limits.bytesPerRecord
      ? warn(
          `limits.bytesPerFile (${limits.bytesPerFile}) is more than limits.bytesPerRecord (${limits.bytesPerRecord}).`,
          'A file larger than a record never goes.',
        )
      : null,
  ({ sources }) =>
    sources.fileRoots.includes('/')
      ? warn(
          'sources.fileRoots holds /: whoever may enqueue can have any file of this host published.',
          'Name the folders that are meant.',
        )
      : null,
  ({ server }) =>
    !isLoopback(server.host) && !server.publicUrl.startsWith('https:')
      ? warn(
          `server.host is ${server.host}, and what answers there is plain HTTP: tokens travel in the clear.`,
          'Listen on 127.0.0.1 behind a proxy that speaks TLS, and name that in server.publicUrl.',
        )
      : null,
  ({ server }) =>
    !isLoopback(server.host) && server.metricsWithoutToken
      ? warn(
          'server.metricsWithoutToken is true, and others reach the port.',
          'Have the proxy refuse /metrics, or leave it false.',
        )
      : null,
  ({ server, worker }) =>
    worker.metricsPort !== 0 && worker.metricsPort === server.port
      ? warn(`worker.metricsPort is server.port (${server.port}).`, 'On one host they need two.')
      : null,
]

export function settings(config: Config): readonly Finding[] {
  return orElse(
    rules.map((rule) => rule(config)).filter((finding) => finding !== null),
    'The settings do not contradict each other.',
  )
}

function warn(found: string, right: string): Finding {
  return ['warn', found, right]
}

function isAtZenodo(url: string): boolean {
  return /(^|\.)zenodo\.org$/.test(new URL(url).hostname)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.')
}
