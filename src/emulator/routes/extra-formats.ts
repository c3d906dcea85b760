/** Which machine-readable variants does a record have beside its files? Each is kept under its media type (zenodo-rdm legacy resources). */
import { downloadAnswer } from '../download.ts'
import { requireFile, storeUpload } from '../file-rules.ts'
import { type Answer, forbidden, HttpError, json, notFound } from '../http-answer.ts'
import { recordFileEntry } from '../record-json.ts'
import type { Entry, Located, StoredFile } from '../records-model.ts'
import { type RequestContext, requireAccount } from '../request-context.ts'
import { draftOrRecord, findEntry, requireManager } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'

/** Routes of the formats; content negotiation is off here, because `Accept` names the format that is wanted. */
export const extraFormatRoutes: readonly Route[] = [
  {
    path: '/api/deposit/depositions/:id/formats',
    methods: {
      GET: (context) => read(context, ownEntry(context)),
      OPTIONS: (context) => list(context, ownEntry(context)),
      PUT: put,
      DELETE: remove,
    },
    negotiates: false,
  },
  {
    path: '/api/records/:id/formats',
    methods: {
      GET: (context) => read(context, publishedEntry(context)),
      OPTIONS: (context) => list(context, publishedEntry(context)),
    },
    negotiates: false,
  },
]

function read(context: RequestContext, { entry }: Located): Answer {
  const accepted = context.header('accept')?.split(/[,;]/)[0]?.trim()
  const type = requireType(context.query.get('mimetype') || accepted)
  return downloadAnswer(context, requireFile(entry.formats, entry.id, type))
}

function list({ origin }: RequestContext, located: Located): Answer {
  const { entry } = located
  const { edition } = draftOrRecord(located)
  return json(
    200,
    entry.formats.map((file) => recordFileEntry(file, edition, `${origin}/api/records/${entry.id}/media-files`)),
  )
}

async function put(context: RequestContext): Promise<Answer> {
  changeableEntry(context)
  const key = requireType(context.header('content-type'))
  const sizeBytes = context.body.declaredBytes
  if (sizeBytes === 0) throw new HttpError(400, 'Empty files are not accepted.')
  await storeUpload(context, { key, sizeBytes, chunks: context.body.chunks() }, (file) => {
    const { family, entry } = changeableEntry(context)
    return { family, entry, replaced: replaceFormat(entry, key, [file]) }
  })
  return json(200, { message: `Extra format "${key}" updated.` })
}

async function remove(context: RequestContext): Promise<Answer> {
  const { family, entry } = changeableEntry(context)
  const key = requireType(context.header('content-type'))
  requireFile(entry.formats, entry.id, key)
  await context.store.commit(family, entry, replaceFormat(entry, key, []))
  return json(200, { message: `Extra format "${key}" deleted.` })
}

function replaceFormat(entry: Entry, key: string, by: readonly StoredFile[]): readonly StoredFile[] {
  const replaced = entry.formats.filter((file) => file.key === key)
  entry.formats = [...entry.formats.filter((file) => file.key !== key), ...by]
  return replaced
}

function requireType(type: string | undefined): string {
  if (!type) throw new HttpError(400, 'Invalid extra format MIMEType.')
  return type
}

function ownEntry(context: RequestContext): Located {
  const located = findEntry(context)
  requireManager(requireAccount(context), located.family)
  return located
}

function changeableEntry(context: RequestContext): Located {
  const located = ownEntry(context)
  if (context.settings.extraFormats === 'refused') throw forbidden()
  return located
}

function publishedEntry(context: RequestContext): Located {
  const located = findEntry(context)
  if (!located.entry.record) throw notFound('The persistent identifier is not registered.')
  return located
}
