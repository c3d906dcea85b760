/** What may be set about those who are told: the repository by webhook, people by mail. */
import { z } from 'zod'
import { addressRule, isPlainAddress, oneOf, seconds, section, wholeNumber } from './setting-kinds.ts'

const scheduleRule = 'a list of 1 to 50 numbers of seconds from 0 to 604800, such as [5, 300, 1800]'
const schedule = () =>
  z
    .array(z.number({ error: scheduleRule }).min(0, { error: scheduleRule }).max(604_800, { error: scheduleRule }), {
      error: scheduleRule,
    })
    .min(1, { error: scheduleRule })
    .max(50, { error: scheduleRule })
    .describe('Pauses between the attempts to deliver one, in seconds; after the last attempt it is a dead letter')

const optional = (about: string) =>
  z
    .string({ error: addressRule })
    .refine((text) => text === '' || isPlainAddress(text), { error: addressRule })
    .describe(about)

/** 24 to 64 random bytes in base64, as Standard Webhooks has it; or that twice, the newer first. */
export const secretRule =
  'whsec_ and 24 to 64 bytes in base64, as `openssl rand -base64 32` makes them; while it is renewed, the new and the old one with a space between'

export function isWebhookSecret(text: string): boolean {
  const parts = text.split(/\s+/)
  return parts.length <= 2 && parts.every((part) => isOneSecret(part))
}

function isOneSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined || encoded.length % 4 !== 0) return false
  const { length } = Buffer.from(encoded, 'base64')
  return length >= 24 && length <= 64
}

export const webhook = section(
  {
    url: optional('Address that messages are posted to; empty: the repository is told nothing'),
    secret: z
      .string({ error: secretRule })
      .trim()
      .refine((text) => text === '' || isWebhookSecret(text), { error: secretRule })
      .describe(`What messages are signed with: ${secretRule}`),
    secretFile: z
      .string({ error: 'the path of a file' })
      .describe('File that holds the secret, or the new and the old'),
    allowPrivateAddresses: z
      .boolean({ error: 'true or false' })
      .describe('Whether the address may be a private or loopback one, and plain http:'),
    timeoutSeconds: seconds(0.1, 300, 'Seconds that the receiver may take for its answer'),
    inFlight: wholeNumber(1, 100, 'Messages on their way at the same time'),
    retrySeconds: schedule(),
  },
  'Messages to the repository, signed as Standard Webhooks says',
)

const mailRule = 'an address such as data@example.org, or "Data team <data@example.org>", without line breaks'
const addressPattern = '[^\\s<>,;@\\p{Cc}]+@[^\\s<>,;@\\p{Cc}]+'
/** No line breaks and no lists: it becomes part of a header. */
const mailPattern = new RegExp(`^(?:[^<>,;\\p{Cc}]* <${addressPattern}>|${addressPattern})$`, 'u')

const hostRule = 'the name or address of a mail server, or nothing to send no mail'
const minutesRule = 'a number of minutes from 0 to 10080'
const timeRule = 'a time of day in UTC such as 07:00, or nothing for no daily mail'

export const mail = section(
  {
    host: z
      .string({ error: hostRule })
      .regex(/^[A-Za-z0-9.:_-]*$/, { error: hostRule })
      .describe('Mail server (SMTP); empty: no mail is sent'),
    port: wholeNumber(1, 65_535, 'Port of the mail server'),
    tls: oneOf(
      ['starttls', 'implicit', 'none'],
      'starttls: the connection must turn to TLS before anything is said (587); implicit: TLS from the start (465); none: never, for a server on this host',
    ),
    user: z.string({ error: 'a user name' }).describe('User at the mail server; empty: none'),
    password: z.string({ error: 'a password' }).describe('Password of that user'),
    passwordFile: z.string({ error: 'the path of a file' }).describe('File that holds the password'),
    from: z
      .string({ error: mailRule })
      .trim()
      .refine((text) => text === '' || mailPattern.test(text), { error: mailRule })
      .describe('Sender, such as "Zenodo copies <replicator@example.org>"'),
    to: z
      .array(z.string({ error: mailRule }).trim().regex(mailPattern, { error: mailRule }), {
        error: `a list of addresses: ${mailRule}`,
      })
      .max(50, { error: 'at most 50 addresses' })
      .describe('Those who are told of incidents and of copies in error'),
    links: optional('Where people reach the console, for the links in mails; empty: mails have none'),
    gatherMinutes: z
      .number({ error: minutesRule })
      .min(0, { error: minutesRule })
      .max(10_080, { error: minutesRule })
      .describe('Minutes between two mails about copies in error; the first goes at once'),
    dailyAt: z
      .string({ error: timeRule })
      .regex(/^(|([01]\d|2[0-3]):[0-5]\d)$/, { error: timeRule })
      .describe('When a daily mail tells where everything stands, in UTC; empty: never'),
    retrySeconds: schedule(),
  },
  'Mails to the people who look after the copies',
)
