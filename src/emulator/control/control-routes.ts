/** How do tests and people steer the emulator? The routes below `/_emulator`; they take no token and are not logged. */
import { type Answer, HttpError, json, noContent } from '../http-answer.ts'
import { depositMetadata } from '../metadata/output.ts'
import { wordOf } from '../rdm/record-ids.ts'
import type { Edition, Entry, Family } from '../records-model.ts'
import type { RequestContext } from '../request-context.ts'
import { depositState } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import type { EmulatorSettings } from '../settings.ts'
import type { FaultList } from './faults.ts'
import type { RequestLog } from './request-log.ts'

/** What the control interface steers. */
export interface ControlParts {
  readonly faults: FaultList
  readonly log: RequestLog
  settings(): EmulatorSettings
  /** Lays a change over the settings. @throws HttpError 400 for unknown names and bad values. */
  applySettings(patch: unknown): Promise<EmulatorSettings>
  /** Forgets depositions, faults, the log, and settings with their users. */
  reset(): Promise<void>
}

/** The control routes. */
export function controlRoutes(parts: ControlParts): readonly Route[] {
  const { faults, log } = parts
  return [
    {
      path: '/_emulator/reset',
      methods: {
        POST: async () => {
          await parts.reset()
          return noContent
        },
      },
    },
    { path: '/_emulator/requests', methods: { GET: () => json(200, { requests: log.list() }), DELETE: clearing(log) } },
    { path: '/_emulator/records', methods: { GET: listRecords } },
    {
      path: '/_emulator/faults',
      methods: {
        GET: () => json(200, { faults: faults.list() }),
        POST: async (context) => json(201, faults.add(await readControlBody(context))),
        DELETE: clearing(faults),
      },
    },
    {
      path: '/_emulator/settings',
      methods: {
        GET: () => json(200, { settings: parts.settings() }),
        POST: async (context) => json(200, { settings: await parts.applySettings(await readControlBody(context)) }),
      },
    },
  ]
}

function clearing(list: { clear(): void }): () => Answer {
  return () => {
    list.clear()
    return noContent
  }
}

/** Control bodies are JSON whatever their content type says, and may be chunked: this is not Zenodo's side. */
async function readControlBody({ body }: RequestContext): Promise<unknown> {
  const text = await body.text()
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, `The body is no JSON: ${error.message}`)
    throw error
  }
}

/** Every draft, edit in progress and published version; deleted deposits with `?deleted=true`. */
function listRecords({ store, query, settings }: RequestContext): Answer {
  const view = (family: Family, entry: Entry, edition: Edition) => ({
    ...recordView(family, entry, edition),
    ...(settings.repository === 'invenio' ? { id: wordOf(entry.id), conceptrecid: wordOf(family.conceptId) } : {}),
  })
  const withDeleted = query.get('deleted') === 'true'
  const records = store
    .families()
    .flatMap((family) =>
      family.entries
        .filter((entry) => withDeleted || entry.deleted === null)
        .flatMap((entry) => [
          ...(entry.record ? [view(family, entry, entry.record)] : []),
          ...(entry.draft ? [view(family, entry, entry.draft)] : []),
        ]),
    )
  return json(200, { records })
}

function recordView(family: Family, entry: Entry, edition: Edition): Readonly<Record<string, unknown>> {
  const isDraft = edition === entry.draft
  const { communities } = family
  return {
    id: entry.id,
    conceptrecid: String(family.conceptId),
    state: entry.deleted === null ? depositState(entry, isDraft) : 'deleted',
    submitted: entry.record !== null,
    doi: edition.content.doi?.identifier ?? null,
    conceptdoi: family.conceptDoi,
    owner: family.ownerId,
    metadata: depositMetadata(edition.content, { id: entry.id, isRecord: !isDraft, communities }),
    files: edition.bucket.files.map((file) => ({
      filename: file.key,
      filesize: file.sizeBytes,
      checksum: file.md5,
    })),
  }
}
