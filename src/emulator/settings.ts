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

const shape = {
  externalDoiFiles: z.enum(['granted', 'refused']),
  sandbox: z.boolean(),
  requestsPerMinute: count,
  requestsPerHour: count,
  guestRequestsPerMinute: count,
  guestRequestsPerHour: count,
  searchesPerMinute: count,
  rateWindowSeconds: z.number().positive(),
  latencyMs: count,
  uploadBytesPerSecond: count,
  indexLagSeconds: z.number().min(0),
  filesPerRecord: count,
  bytesPerRecord: count,
  bytesPerFile: count,
  bytesPerBody: count,
  emptyFiles: z.enum(['refused', 'accepted']),
  countDeletedBytes: z.boolean(),
  pageSize: count,
  guestPageSize: count,
  wrongMd5: z.union([z.boolean(), count]),
  bucketDeleteFails: z.boolean(),
  bucketListFails: z.boolean(),
  missingKeyStatus: z.union([z.literal(403), z.literal(404)]),
  flip403: z.boolean(),
  newversionPublicationDate: z.enum(['today', 'absent']),
  filesMustDiffer: z.boolean(),
  jsonCharset: z.enum(['refused', 'accepted']),
  quotedIfMatch: z.enum(['refused', 'accepted']),
  extraFormats: z.enum(['granted', 'refused']),
  accountBlocked: z.boolean(),
  strictScopes: z.boolean(),
  strictAuth401: z.boolean(),
  awards: z.union([z.literal('any'), z.array(z.string())]),
  users: z.array(
    z.strictObject({
      name: z.string().min(1),
      token: z.string().min(1),
      role: z.enum(['user', 'superuser']).optional(),
      scopes: z.array(z.string()).optional(),
    }),
  ),
  communities: z.array(z.strictObject({ slug: z.string().min(1), owner: z.string().min(1).optional() })),
} satisfies { readonly [K in keyof EmulatorSettings]: z.ZodType<EmulatorSettings[K]> }

const patchSchema = z.strictObject(shape).partial()

/** The settings of an emulator that was told nothing. */
export const defaultSettings: EmulatorSettings = {
  externalDoiFiles: 'refused',
  sandbox: false,
  requestsPerMinute: 1000,
  requestsPerHour: 25_000,
  guestRequestsPerMinute: 133,
  guestRequestsPerHour: 8000,
  searchesPerMinute: 30,
  rateWindowSeconds: 60,
  latencyMs: 0,
  uploadBytesPerSecond: 0,
  indexLagSeconds: 0,
  filesPerRecord: 100,
  bytesPerRecord: 50_000_000_000,
  bytesPerFile: 50_000_000_000,
  bytesPerBody: 100 * 1024 * 1024,
  emptyFiles: 'refused',
  countDeletedBytes: false,
  pageSize: 100,
  guestPageSize: 25,
  wrongMd5: false,
  bucketDeleteFails: false,
  bucketListFails: false,
  missingKeyStatus: 404,
  flip403: false,
  newversionPublicationDate: 'today',
  filesMustDiffer: false,
  jsonCharset: 'refused',
  quotedIfMatch: 'refused',
  extraFormats: 'refused',
  accountBlocked: false,
  strictScopes: false,
  strictAuth401: false,
  awards: ['10.13039/501100001665::755021', '10.13039/501100000780::283595', '10.13039/100000001::1234567'],
  users: [],
  communities: [],
}

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
      `These emulator settings were refused: ${found.join('; ')}. Accepted names: ${Object.keys(shape).join(', ')}.`,
    )
  }
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined))
  return { ...current, ...given }
}
