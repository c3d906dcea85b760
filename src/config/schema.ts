/** Which settings are there, what does each mean, and what does it accept? The texts are also what a refusal says. */

import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { logLevels } from './log-levels.ts'
import { mail, webhook } from './notice-settings.ts'
import { server } from './server-settings.ts'
import { addressRule, isPlainAddress, name, names, oneOf, seconds, section, wholeNumber } from './setting-kinds.ts'

export const databaseRule = 'mysql://user:password@host:port/name or sqlite:PATH'
const databasePattern = /^(mysql:\/\/[^/]*[^/@]\/[^/?#]+|sqlite:.+)/
export const isDatabaseUrl = (text: string): boolean => databasePattern.test(text)
const database = section(
  {
    url: z
      .string({ error: databaseRule })
      .regex(databasePattern, { error: databaseRule })
      .describe(`Address of the database: ${databaseRule}. Well-known variable: DATABASE_URL`),
    urlFile: z
      .string({ error: 'the path of a file' })
      .describe('File that holds the address, such as a systemd credential. Well-known variable: DATABASE_URL_FILE'),
  },
  'Where the table of copies is kept',
)

const communityRule = 'a list of community identifiers'
const zenodo = section(
  {
    url: z
      .string({ error: addressRule })
      .refine(isPlainAddress, { error: addressRule })
      .describe('Address of Zenodo without /api. Well-known variable: ZENODO_URL'),
    token: z
      .string({ error: 'a personal access token' })
      .trim()
      .regex(/^[\x21-\x7e]*$/, { error: 'a personal access token: printable ASCII without spaces' })
      .describe(
        'Personal access token with the scopes deposit:write and deposit:actions. Well-known variable: ZENODO_TOKEN',
      ),
    tokenFile: z
      .string({ error: 'the path of a file' })
      .describe('File that holds the token, such as a systemd credential. Well-known variable: ZENODO_TOKEN_FILE'),
    tokenId: wholeNumber(
      0,
      Number.MAX_SAFE_INTEGER,
      'Id of the token at Zenodo, which signs links to files that are not published; 0: there are no such links',
    ),
    api: oneOf(
      ['deposit', 'records'],
      "Which API is spoken: Zenodo's deposit API, or the records API that every InvenioRDM repository has",
    ),
    publisher: name('the name of a repository').describe(
      'Publisher of records whose manifest names none (records API)',
    ),
    communities: names(communityRule).describe('Communities that every new record is submitted to'),
    contact: z
      .string({ error: 'an address such as mailto:data@example.org' })
      .regex(/^[\x21-\x27\x2a-\x7e]*$/, {
        error: 'an address such as mailto:data@example.org, without spaces and brackets',
      })
      .describe('Where Zenodo can reach the operator; sent as part of the user agent'),
    requestsPerMinute: wholeNumber(1, 1_000_000, 'Requests a minute, until Zenodo itself says what it allows'),
    requestsPerHour: wholeNumber(1, 10_000_000, 'Requests an hour, until Zenodo itself says what it allows'),
    retryBaseSeconds: seconds(0, 600, 'Seconds before a read is asked again that got no answer; later pauses grow'),
    looks: wholeNumber(1, 50, 'How often a lost answer or an unconfirmed publish is looked up before a run gives up'),
    firstLookSeconds: seconds(0, 3600, 'Seconds before the first such look; each later pause is twice as long'),
  },
  'The service that the copies are brought to',
)

const data = section(
  {
    doi: oneOf(
      ['dataset', 'zenodo'],
      "DOI of data copies: the dataset's own (one record, edited in place; needs Zenodo's grant) or a new Zenodo DOI for each version",
    ),
  },
  'Copies of the data files',
)

const limits = section(
  {
    filesPerRecord: wholeNumber(1, 100_000, 'Files that one record may hold'),
    bytesPerFile: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'Bytes that one file may have'),
    bytesPerRecord: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'Bytes that one record must stay below'),
  },
  'What Zenodo takes in one record; raise it when Zenodo has granted more',
)

const folderRule = 'a list of absolute folders'
const sources = section(
  {
    fileRoots: z
      .array(
        z.string({ error: folderRule }).refine((path) => isAbsolute(path), { error: folderRule }),
        { error: folderRule },
      )
      .describe("Folders below which file: sources may lie, besides the folder of a command line's manifest"),
    allowPrivateAddresses: z
      .boolean({ error: 'true or false' })
      .describe('Whether sources may be fetched from private, loopback and link-local addresses'),
  },
  'Where the bytes come from',
)

const hostRule = 'a host name or a list of host names'
const lease = section(
  {
    name: name('a name of 1 to 191 characters').describe(
      'Name of the row that says who leads; the same for all workers on one table of copies',
    ),
    ttlSeconds: seconds(0.2, 3600, 'Seconds after which a lease that was not renewed may be taken over'),
    quarantineSeconds: seconds(0, 86_400, 'Seconds that copies of a dead leader wait before they go on'),
  },
  'The right to work, held by one process on one host',
)
const worker = section(
  {
    host: z
      .union([name(hostRule), names(hostRule).min(1, { error: hostRule })], { error: hostRule })
      .optional()
      .describe('The designated transfer host; of a list, the first is designated and the others may take over'),
    slots: wholeNumber(1, 100, 'Copies on their way at the same time'),
    filesInFlight: wholeNumber(1, 100, 'Files of one copy on their way at the same time, to start with'),
    filesInFlightMost: wholeNumber(1, 100, 'Files of one copy on their way at the same time, at most'),
    pollSeconds: seconds(0.01, 3600, 'Most seconds between two looks at the table'),
    largeBytes: wholeNumber(
      1,
      Number.MAX_SAFE_INTEGER,
      'Bytes from which a copy is large; one slot is kept from those',
    ),
    maxRescues: wholeNumber(0, 1000, 'Deaths of a worker on one copy before the copy is put in error'),
    orphansEverySeconds: seconds(
      1,
      604_800,
      'Seconds between two looks for drafts that lost answers left at Zenodo; those are deleted',
    ),
    metricsPort: wholeNumber(0, 65_535, 'Port on which the worker answers /metrics and /healthz; 0: none'),
    metricsHost: name('a host name or an address of this host').describe('Address of that port'),
    lease,
  },
  'The process that brings the copies to Zenodo',
)

const retry = section(
  {
    attempts: wholeNumber(1, 1000, 'Runs that may fail before a copy is put in error'),
    baseSeconds: seconds(0, 86_400, 'Seconds before the second run; each later pause is twice as long'),
    maxSeconds: seconds(0, 604_800, 'Longest pause between two runs, in seconds'),
  },
  'Copies that failed for a passing reason',
)

const retentionRule = 'an absolute folder, or nothing to keep all events in the database'
const retention = section(
  {
    folder: z
      .string({ error: retentionRule })
      .refine((path) => path === '' || isAbsolute(path), { error: retentionRule })
      .describe('Folder that events are written to before they are deleted from the database; empty: none is deleted'),
    days: wholeNumber(1, 36_500, 'Days after which events of finished and cancelled copies leave the database'),
    eventsPerCopy: wholeNumber(10, 1_000_000, 'Events of one copy from which on only its first and last half stay'),
    messageDays: wholeNumber(1, 36_500, 'Days after which delivered messages and mails are deleted'),
  },
  'How long the database keeps what happened to copies',
)

const transfer = section(
  {
    stallSeconds: seconds(0.1, 86_400, 'Seconds without progress after which a transfer counts as failed'),
    fileAttempts: wholeNumber(1, 100, 'Tries of one file within a run'),
    retryBaseSeconds: seconds(0, 3600, 'Seconds before the second try of a file; each later pause is twice as long'),
  },
  'The bytes on their way',
)

const breaker = section(
  {
    failures: wholeNumber(1, 1000, 'Failed probes in a row after which the worker stops claiming'),
    probeSeconds: seconds(0.01, 86_400, 'Seconds between two probes while Zenodo is out of order'),
  },
  'The halt while Zenodo is out of order',
)

/** Every setting. All must be there: config/default.yaml is the one home of their defaults. */
export const configSchema = section(
  {
    database,
    zenodo,
    data,
    packaging: oneOf(
      ['auto', 'never'],
      'Whether files that a record cannot hold as they are go into ZIP archives (auto), or stop the copy (never)',
    ),
    limits,
    sources,
    worker,
    retry,
    transfer,
    breaker,
    retention,
    server,
    webhook,
    mail,
    log: section({ level: oneOf(logLevels, 'Least urgent lines that are written') }, 'The log on standard error'),
  },
  'Settings of zenodo-replicator',
)

/** All settings as they are written, before the hosts and the token file are resolved. */
export type Settings = z.infer<typeof configSchema>
