/** Which file does a multipart form hold, and under which name is it stored? */
import { HttpError } from './http-answer.ts'
import type { RequestContext } from './request-context.ts'

/** The uploaded file with the name it is stored under. */
export interface MultipartFile {
  readonly key: string
  readonly bytes: Buffer
}

/** Reads a form with the part `file` and the optional field `name`. @throws HttpError 400 or 413. */
export async function readMultipart(context: RequestContext): Promise<MultipartFile> {
  const body = await context.body.whole(context.settings.bytesPerBody)
  const form = await parseForm(body, context.header('content-type') ?? '')
  const file = form.get('file')
  if (file === null || typeof file === 'string') throw new HttpError(400, 'No file part in the request.')
  const name = form.get('name')
  const key = secureFilename(typeof name === 'string' && name !== '' ? name : file.name)
  if (key === '') throw new HttpError(400, 'The file has no usable name.')
  return { key, bytes: Buffer.from(await file.arrayBuffer()) }
}

async function parseForm(body: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch (error) {
    if (error instanceof TypeError) throw new HttpError(400, 'The multipart body could not be read.')
    throw error
  }
}

/** The name that Werkzeug's `secure_filename` makes of one: ASCII only, no separators, no leading dots. */
function secureFilename(name: string): string {
  const ascii = name.normalize('NFKD').replaceAll(/[^\x20-\x7e\t\n]/g, '')
  const joined = ascii.replaceAll('/', ' ').trim().split(/\s+/).join('_')
  return joined.replaceAll(/[^A-Za-z0-9_.-]/g, '').replaceAll(/^[._]+|[._]+$/g, '')
}
