/** What did Zenodo say? The parts of its answers that we rely on, checked, as our own `Deposition`. */
import { z } from 'zod'
import { type Deposition, depositionIdOf, type RemoteFile } from '../core/copy.ts'
import { isZenodoDoi } from '../core/doi.ts'
import { bucketUrlOf, draftUrl, recordUrl } from './addresses.ts'
import { headerOf, type WireAnswer } from './rate-headers.ts'

/** An answer as it came; the token is already struck from the body. */
export interface Answer extends WireAnswer {
  readonly body: string
}

/** Numbers come as strings on some old records (LucaCappelletti94/zenodo-rs, 11abbb5). */
export const lenientInteger = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.int().nonnegative())
export const lenientId = z.union([z.string(), z.number().transform(String)]).pipe(z.string().max(1024))
/** Of a record: it goes into addresses and searches, and into a column of that width. */
export const recordId = lenientId.pipe(z.string().regex(/^[\w-]{1,64}$/))
/** Of a file, as long as a manifest may name one. */
export const fileName = z.string().max(1024)
/** As wide as its column. */
export const doiText = z.string().max(255)

const fileSchema = z
  .object({ id: lenientId, filename: fileName, filesize: lenientInteger, checksum: z.string().nullish() })
  .transform(
    (file): RemoteFile => ({
      id: file.id,
      name: file.filename,
      size: file.filesize,
      md5: withoutPrefix(file.checksum ?? ''),
    }),
  )

const depositionSchema = z.object({
  id: recordId.transform(depositionIdOf),
  conceptrecid: recordId,
  state: z.enum(['unsubmitted', 'inprogress', 'done']),
  submitted: z.boolean(),
  doi: doiText.nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  files: z.array(fileSchema).nullish(),
  links: z.object({ html: z.string().nullish(), bucket: z.string().nullish() }).nullish(),
})

const storedSchema = z.object({
  size: lenientInteger,
  checksum: z.string().regex(/^md5:[0-9a-f]{32}$/i),
})

/** Why an answer that should have been understood was not: a sentence part for the message. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
}

/** Whether the body claims to be JSON, with or without parameters such as a charset. Proxies answer in HTML. */
export function isJson(answer: Answer): boolean {
  const type = headerOf(answer.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  return type === 'application/json' || type?.endsWith('+json') === true
}

/** The JSON body. @throws NotUnderstood when there is none. */
export function jsonOf(answer: Answer): unknown {
  if (answer.status === 204 || answer.body === '') throw new NotUnderstood('no content')
  if (!isJson(answer)) throw new NotUnderstood('a page instead of JSON')
  try {
    return JSON.parse(answer.body)
  } catch {
    // without the parser's own words as cause, as they quote the body
    throw new NotUnderstood('a body that is not valid JSON')
  }
}

/** @throws NotUnderstood naming the field that is not as expected. */
export function depositionOf(answer: Answer, api: string): Deposition {
  return toDeposition(checked(depositionSchema, jsonOf(answer)), api)
}

/** @throws NotUnderstood as `depositionOf`. Rows of a list carry no bucket link (zenodo/zenodo#2286). */
export function depositionsOf(answer: Answer, api: string): Deposition[] {
  return checked(z.array(depositionSchema), jsonOf(answer)).map((row) => toDeposition(row, api))
}

/** What a bucket stored. @throws NotUnderstood when size or md5 are missing. */
export function storedOf(answer: Answer): { readonly size: number; readonly md5: string } {
  const stored = checked(storedSchema, jsonOf(answer))
  return { size: stored.size, md5: withoutPrefix(stored.checksum) }
}

function toDeposition(raw: z.infer<typeof depositionSchema>, api: string): Deposition {
  return {
    id: raw.id,
    conceptRecid: raw.conceptrecid,
    state: raw.state,
    submitted: raw.submitted,
    doi: raw.doi || null,
    htmlUrl: pageOf(raw.links?.html) ?? (raw.state === 'done' ? recordUrl(api, raw.id) : draftUrl(api, raw.id)),
    doiIsExternal: Boolean(raw.doi) && !isZenodoDoi(raw.doi ?? ''),
    bucketUrl: raw.links?.bucket ? bucketUrlOf(api, raw.links.bucket) : null,
    metadata: raw.metadata ?? {},
    files: raw.files ?? [],
  }
}

/** The address of a page as people may follow it: nothing else than a web address is. */
export function pageOf(link: string | null | undefined): string | null {
  const url = link && link.length <= 2048 ? URL.parse(link) : null
  const isPage = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  return isPage ? url.href : null
}

/** The value in the shape expected. @throws NotUnderstood naming the field that is not. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new NotUnderstood(`an unexpected "${issue?.path.join('.') ?? ''}"`)
}

/** `md5:` stands before checksums of buckets, not before those of depositions. */
export function withoutPrefix(checksum: string): string {
  return checksum.replace(/^md5:/i, '').toLowerCase()
}
