/** Which messages are there, for the repository and for people, and what does each say? The JSON Schema is made from here. */
import { z } from 'zod'
import { copyTypes } from './copy.ts'

/** `webhook`: the repository is told. `mail`: people are. */
export const channels = ['webhook', 'mail'] as const
export type Channel = (typeof channels)[number]

/** `dead`: its attempts are used up; only a person sends it again. */
export const messageStates = ['waiting', 'delivered', 'dead'] as const
export type MessageState = (typeof messageStates)[number]

/** What can be out of order as a whole. `webhook` and `mail`: those who are told cannot be reached. */
const incidentCauses = ['zenodo', 'token', 'webhook', 'mail'] as const
export type IncidentCause = (typeof incidentCauses)[number]

const time = () => z.string().meta({ format: 'date-time' }).describe('ISO 8601, UTC')

const whichCopy = {
  copyId: z.int(),
  dataset: z.object({ doi: z.string(), id: z.string().nullable() }),
  version: z.object({ number: z.int(), id: z.string().nullable() }),
  type: z.enum(copyTypes),
}

const deposition = {
  depositionId: z.union([z.int(), z.string()]).nullable(),
  conceptRecid: z.string().nullable(),
  doi: z.string().nullable(),
}

const where = {
  ...whichCopy,
  ...deposition,
  recordUrl: z.string().nullable(),
  relation: z
    .string()
    .nullable()
    .describe(
      'How the dataset is related to the record (DataCite relation type), for its related works; null: it is to be shown none',
    ),
  note: z.string().nullable(),
}

const incident = {
  incidentId: z.int(),
  cause: z.enum(incidentCauses),
  code: z.string().describe('As in docs/states.md'),
  message: z.string(),
  hint: z.string().describe('What a person can do'),
  openedAt: time(),
}

/** What `data` holds, by kind of message. */
const dataSchemas = {
  'copy.finished': z
    .object({
      ...where,
      published: z.boolean().describe('Whether the record is public'),
      files: z
        .array(
          z.object({
            path: z.string(),
            size: z.int(),
            md5: z.string().nullable(),
            state: z.string().describe('sent, kept (it was there already), or skipped (nothing to send)'),
            archive: z.string().nullable().describe('The archive in which it lies at Zenodo'),
          }),
        )
        .describe('The first thousand; GET /api/v1/copies/{id}/files has all'),
      filesTotal: z.int(),
    })
    .describe('A copy is at Zenodo, or there was nothing to do'),
  'copy.moved': z
    .object(where)
    .describe('The deposition of a copy that was told finished is gone; this is where the copy stands now'),
  'copy.error': z
    .object({ ...whichCopy, ...deposition, attempts: z.int(), code: z.string(), message: z.string(), hint: z.string() })
    .describe('A copy needs a person'),
  'staging.may_be_deleted': z
    .object(whichCopy)
    .describe('The version is public and verified: the staged files of it are not needed any more'),
  'incident.opened': z.object(incident).describe('Something is out of order as a whole; told once'),
  'incident.closed': z.object({ ...incident, closedAt: time() }).describe('It is over'),
  test: z.object({ note: z.string() }).describe('Sent by `notify test`; nothing happened'),
} as const

/** Kinds of what the repository is told. */
export type MessageKind = keyof typeof dataSchemas
export const messageKinds = Object.keys(dataSchemas) as readonly MessageKind[]

/** Kinds of mails: incidents, and what was gathered. */
export const mailKinds = ['incident.opened', 'incident.closed', 'copies.in_error', 'daily'] as const
export type MailKind = (typeof mailKinds)[number]

/** The body of a message of this kind, as it is posted. */
export function messageSchema(kind: MessageKind) {
  return z.object({
    type: z.literal(kind),
    timestamp: time().describe('When it happened, not when it was sent'),
    data: dataSchemas[kind],
  })
}

/** As kept in docs/messages.schema.json. */
export function messagesJsonSchema(): Record<string, unknown> {
  const bodies = messageKinds.map((kind) => {
    const { $schema: _, ...body } = z.toJSONSchema(messageSchema(kind), { io: 'output' })
    return { title: kind, ...body }
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:zenodo-replicator:messages',
    title: 'Messages of zenodo-replicator',
    description: 'What is posted to webhook.url. Fields may be added; receivers pass over those that they do not know.',
    oneOf: bodies,
  }
}
