/** Which switches does the emulator have, what do they start at, and which values are accepted? */
import { z } from 'zod'
import { HttpError } from './http-answer.ts'

const count = z.number().int().min(0)

/** A further account beside the one whose token `createEmulator` returns. */
export interface UserSetting {
  readonly name: string
  readonly token: string
  /** Default `user`. A superuser may read and change everybody's deposits. */
  readonly role?: 'user' | 'superuser' | undefined
  /** Scopes of the token, default all; looked at with `strictScopes` only. */
  readonly scopes?: readonly string[] | undefined
}

/** A community that exists; `owner` is the name of an account (the main one is called `owner`). */
interface CommunitySetting {
  readonly slug: string
  /** Default the main account. */
  readonly owner?: string | undefined
}

/** Every switch of the emulator. The defaults are what production Zenodo does today. */
export interface EmulatorSettings {
  /** Whether accounts hold the right to change files of published records with an external DOI. Default `refused`. */
  readonly externalDoiFiles: 'granted' | 'refused'
  /** Another InvenioRDM repository: no deposit API, ids of letters and digits, DOIs with another prefix. Default `zenodo`. */
  readonly repository: 'zenodo' | 'invenio'
  /** Behave as the sandbox: registered DOIs have the prefix 10.5072. Default false. */
  readonly sandbox: boolean
  /** Requests a minute with a token, counted by User-Agent and address; 0 = unlimited. Default 1000. */
  readonly requestsPerMinute: number
  /** Requests an hour with a token; 0 = unlimited. Default 25 000. */
  readonly requestsPerHour: number
  /** Requests a minute without a valid token; 0 = unlimited. Default 133. */
  readonly guestRequestsPerMinute: number
  /** Requests an hour without a valid token; 0 = unlimited. Default 8000. */
  readonly guestRequestsPerHour: number
  /** Searches of `/api/records` a minute; 0 = unlimited. Default 30. */
  readonly searchesPerMinute: number
  /** Seconds that the minute of these limits lasts, for tests that would rather not wait. Default 60. */
  readonly rateWindowSeconds: number
  /** Milliseconds that every request waits before it is handled. Default 0. */
  readonly latencyMs: number
  /** How fast uploads are read, in bytes a second and upload; 0 = as fast as they come. Default 0. */
  readonly uploadBytesPerSecond: number
  /** Seconds by which the list and the search lag behind creates and changes (not deletes). Default 0. */
  readonly indexLagSeconds: number
  /** Files that a record may hold. Default 100. */
  readonly filesPerRecord: number
  /** Bytes that a record may hold. Default 50 000 000 000. */
  readonly bytesPerRecord: number
  /** Bytes that one file may have. Default 50 000 000 000. */
  readonly bytesPerFile: number
  /** Bytes of a JSON or multipart body; more is 413. Default 104 857 600. */
  readonly bytesPerBody: number
  /** Whether files without content are taken. Default `refused`. */
  readonly emptyFiles: 'refused' | 'accepted'
  /** Whether replaced and deleted files go on counting against the quota (zenodo/zenodo#2485). Default false. */
  readonly countDeletedBytes: boolean
  /** Largest page with a token. Default 100. */
  readonly pageSize: number
  /** Largest page without a token. Default 25. */
  readonly guestPageSize: number
  /** Store other bytes than were sent, with their true checksum: `true` for every upload, a number for the next so many. Default false. */
  readonly wrongMd5: boolean | number
  /** Bucket DELETE answers 500 although the file is gone (zenodo/zenodo#2561). Default false. */
  readonly bucketDeleteFails: boolean
  /** Bucket listing answers 500 (zenodo/zenodo#2506). Default false. */
  readonly bucketListFails: boolean
  /** Status for an absent key in a bucket; 403 before the fixes of 2026. Default 404. */
  readonly missingKeyStatus: 403 | 404
  /** The first write to the bucket of a new version answers 403 (zenodo/zenodo#2493). Default false. */
  readonly flip403: boolean
  /** What newversion does with the publication date (absent before May 2026). Default `today`. */
  readonly newversionPublicationDate: 'today' | 'absent'
  /** Publishing refuses files equal to an earlier version's, as before October 2023. Default false. */
  readonly filesMustDiffer: boolean
  /** Whether `application/json; charset=utf-8` is understood. Default `refused` (415). */
  readonly jsonCharset: 'refused' | 'accepted'
  /** Whether `If-Match` may be quoted, as the `ETag` is. Default `refused` (400). */
  readonly quotedIfMatch: 'refused' | 'accepted'
  /** Whether accounts may attach machine-readable variants to their records. Default `refused` (403). */
  readonly extraFormats: 'granted' | 'refused'
  /** Publishing is refused because the account counts as spam. Default false. */
  readonly accountBlocked: boolean
  /** Deposit routes demand the documented scopes. Default false. */
  readonly strictScopes: boolean
  /** A missing or bad token on deposit routes is 401, as documented, instead of 403. Default false. */
  readonly strictAuth401: boolean
  /** Awards that the vocabulary knows, as `<funder DOI or ROR>::<number>`; `any` knows all. */
  readonly awards: 'any' | readonly string[]
  /** Further accounts. Default none. */
  readonly users: readonly UserSetting[]
  /** Communities that exist. Default none. */
  readonly communities: readonly CommunitySetting[]
}

/** What a setting accepts, and what it starts at. */
interface Setting<Value> {
  readonly accepts: z.ZodType<Value>
  readonly startsAt: Value
}

const setting = <Value>(accepts: z.ZodType<Value>, startsAt: NoInfer<Value>): Setting<Value> => ({ accepts, startsAt })

const table: { readonly [Name in keyof EmulatorSettings]: Setting<EmulatorSettings[Name]> } = {
  externalDoiFiles: setting(z.enum(['granted', 'refused']), 'refused'),
  repository: setting(z.enum(['zenodo', 'invenio']), 'zenodo'),
  sandbox: setting(z.boolean(), false),
  requestsPerMinute: setting(count, 1000),
  requestsPerHour: setting(count, 25_000),
  guestRequestsPerMinute: setting(count, 133),
  guestRequestsPerHour: setting(count, 8000),
  searchesPerMinute: setting(count, 30),
  rateWindowSeconds: setting(z.number().positive(), 60),
  latencyMs: setting(count, 0),
  uploadBytesPerSecond: setting(count, 0),
  indexLagSeconds: setting(z.number().min(0), 0),
  filesPerRecord: setting(count, 100),
  bytesPerRecord: setting(count, 50_000_000_000),
  bytesPerFile: setting(count, 50_000_000_000),
  bytesPerBody: setting(count, 100 * 1024 * 1024),
  emptyFiles: setting(z.enum(['refused', 'accepted']), 'refused'),
  countDeletedBytes: setting(z.boolean(), false),
  pageSize: setting(count, 100),
  guestPageSize: setting(count, 25),
  wrongMd5: setting(z.union([z.boolean(), count]), false),
  bucketDeleteFails: setting(z.boolean(), false),
  bucketListFails: setting(z.boolean(), false),
  missingKeyStatus: setting(z.union([z.literal(403), z.literal(404)]), 404),
  flip403: setting(z.boolean(), false),
  newversionPublicationDate: setting(z.enum(['today', 'absent']), 'today'),
  filesMustDiffer: setting(z.boolean(), false),
  jsonCharset: setting(z.enum(['refused', 'accepted']), 'refused'),
  quotedIfMatch: setting(z.enum(['refused', 'accepted']), 'refused'),
  extraFormats: setting(z.enum(['granted', 'refused']), 'refused'),
  accountBlocked: setting(z.boolean(), false),
  strictScopes: setting(z.boolean(), false),
  strictAuth401: setting(z.boolean(), false),
  awards: setting(z.union([z.literal('any'), z.array(z.string())]), [
    '10.13039/501100001665::755021',
    '10.13039/501100000780::283595',
    '10.13039/100000001::1234567',
  ]),
  users: setting(
    z.array(
      z.strictObject({
        name: z.string().min(1),
        token: z.string().min(1),
        role: z.enum(['user', 'superuser']).optional(),
        scopes: z.array(z.string()).optional(),
      }),
    ),
    [],
  ),
  communities: setting(z.array(z.strictObject({ slug: z.string().min(1), owner: z.string().min(1).optional() })), []),
}

const patchSchema = z
  .strictObject(Object.fromEntries(Object.entries(table).map(([name, { accepts }]) => [name, accepts])))
  .partial()

/** The settings of an emulator that was told nothing. */
export const defaultSettings = Object.fromEntries(
  Object.entries(table).map(([name, { startsAt }]) => [name, startsAt]),
) as unknown as EmulatorSettings

/**
 * Lays a change over the current settings.
 * @throws HttpError 400 that names every unknown or badly valued setting and lists the accepted names.
 */
export function changeSettings(current: EmulatorSettings, patch: unknown): EmulatorSettings {
  const parsed = patchSchema.safeParse(patch)
  if (!parsed.success) {
    const found = parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
    throw new HttpError(
      400,
      `These emulator settings were refused: ${found.join('; ')}. Accepted names: ${Object.keys(table).join(', ')}.`,
    )
  }
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined))
  return { ...current, ...given }
}
