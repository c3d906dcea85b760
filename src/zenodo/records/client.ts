/** What can be asked of an InvenioRDM repository? The verbs of the `Depositions` port, in its records API. */
import type { Deposition, DepositionId, RemoteFile } from '../../core/copy.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import type { DepositMetadata } from '../../core/metadata/deposit-metadata.ts'
import type { Depositions, NextVersion } from '../../replication/ports/depositions.ts'
import { type Connection, connect, type DepositionsOptions, nothing, orIfMissing } from '../connection.ts'
import { draftsSince } from '../drafts.ts'
import type { ZenodoRequest } from '../requests.ts'
import type { Answer } from '../responses.ts'
import { heldBytesOf } from '../upload.ts'
import { recordBody } from './record-metadata.ts'
import { type RecordRequests, recordRequests } from './requests.ts'
import { filesOf, recordListingOf, recordOf, recordsOf } from './responses.ts'
import { recordUpload } from './upload.ts'

export type RecordsOptions = DepositionsOptions & {
  /** The publisher of records whose manifest names none. */
  readonly publisher: string
}

/** Zenodo answers its own JSON unless the native one is asked for (zenodo/zenodo-rdm#1078); some file routes have only JSON. */
const accept = 'application/vnd.inveniordm.v1+json, application/json;q=0.9'

/**
 * Zenodo, or any InvenioRDM repository, through the records API. Of what the deposit API does in one call, a new version, a
 * reserved DOI, an upload and communities take several here; each of them may be repeated.
 * @throws Failure `config_invalid` for a base URL or token that no request could be made with.
 */
export function createRecords(options: RecordsOptions): Depositions & { close(): Promise<void> } {
  const connection = connect(options, { accept, probe: (root) => recordRequests(root).probe() })
  const { api, wire, ask } = connection
  const requests = recordRequests(api)
  const talk = { ask, requests, one: (answer: Answer) => recordOf(answer, api) }
  const many = (request: ZenodoRequest, signal: AbortSignal) => ask(request, (answer) => recordsOf(answer, api), signal)
  const get = (id: DepositionId, signal: AbortSignal) => getEither(talk, id, signal)
  const body = (metadata: DepositMetadata) =>
    recordBody(metadata, { publisher: options.publisher, today: new Date().toISOString().slice(0, 10) })

  return {
    get,
    create: (metadata, signal) =>
      ask(requests.create({ ...body(metadata), ...external(metadata.doi) }), talk.one, signal),
    ownDrafts: (since, signal) => draftsSince(since, (page) => ask(requests.newest(page), recordListingOf, signal)),
    startNewVersion: (id, signal) => startNewVersion(talk, id, signal),
    async findOpenDraft(conceptRecid, signal) {
      const rows = await many(requests.ofConcept(conceptRecid), signal)
      const row = rows.find((each) => each.state === 'unsubmitted' && each.conceptRecid === conceptRecid)
      const draft = row === undefined ? null : await get(row.id, signal)
      return draft?.state === 'unsubmitted' ? draft : null
    },
    async findNewestRecord(conceptRecid, signal) {
      const rows = await many(requests.ofConcept(conceptRecid), signal)
      const row = rows.find((each) => each.submitted && each.conceptRecid === conceptRecid)
      return row === undefined ? null : await get(row.id, signal)
    },
    async findByDoi(doi, signal) {
      const rows = await many(requests.ofDoi(doi), signal)
      const row = rows.find((each) => each.submitted && each.doi?.toLowerCase() === doi.toLowerCase())
      return row === undefined ? null : await get(row.id, signal)
    },
    reopen: async (id, signal) => await withFiles(talk, await ask(requests.reopen(id), talk.one, signal), signal),
    async putMetadata(id, metadata, signal) {
      const updated = await ask(requests.update(id, await bodyFor(id, metadata, signal)), talk.one, signal)
      const named = updated.doi === null ? await reserveDoi(talk, updated, signal) : updated
      return await withFiles(talk, named, signal)
    },
    replacesAtOnce: false,
    uploadTarget: (deposition, name, size) => recordUpload(connection, requests, { deposition, name, size }),
    heldBytes: (deposition, name) => heldBytesOf(wire, requests.contentUrl(deposition, name)),
    removeFile: (deposition, file, signal) =>
      orIfMissing(ask(requests.removeFile(deposition, file.name), nothing, signal), undefined),
    publish: (id, signal) => ask(requests.publish(id), nothing, signal),
    joinCommunities: (id, slugs, signal) => joinCommunities(talk, { id, slugs }, signal),
    discard: (id, signal) => orIfMissing(ask(requests.discard(id), nothing, signal), undefined),
    ...connection.same,
  }

  /** A DOI that the draft has already is left as it is: one of the repository's own may not be given back as another's. */
  async function bodyFor(id: DepositionId, metadata: DepositMetadata, signal: AbortSignal): Promise<object> {
    const { doi } = metadata
    if (doi === undefined) return body(metadata)
    const { doi: has } = await ask(requests.getDraft(id), talk.one, signal)
    return has?.toLowerCase() === doi.toLowerCase() ? body(metadata) : { ...body(metadata), ...external(doi) }
  }
}

/** What the verbs talk with. */
interface Talk {
  readonly ask: Connection['ask']
  readonly requests: RecordRequests
  readonly one: (answer: Answer) => Deposition
}

function external(doi: string | undefined): object {
  return doi === undefined ? {} : { pids: { doi: { identifier: doi, provider: 'external' } } }
}

/** The draft when there is one, else the record: two resources here, one in the deposit API. */
async function getEither({ ask, requests, one }: Talk, id: DepositionId, signal: AbortSignal) {
  const found =
    (await orIfMissing(ask(requests.getDraft(id), one, signal), null)) ??
    (await orIfMissing(ask(requests.getRecord(id), one, signal), null))
  // a concept leads to its newest record, which is not what was asked for
  return found === null || found.id !== id ? null : await withFiles({ ask, requests, one }, found, signal)
}

async function withFiles({ ask, requests }: Talk, found: Deposition, signal: AbortSignal): Promise<Deposition> {
  const request = found.state === 'done' ? requests.recordFiles(found.id) : requests.draftFiles(found.id)
  return { ...found, files: await ask(request, filesOf, signal) }
}

/** The next version comes without files. One that is open already may have some, and is continued with those. */
async function startNewVersion(talk: Talk, id: DepositionId, signal: AbortSignal): Promise<NextVersion> {
  const { ask, requests, one } = talk
  const draft = requireDraft(await ask(requests.newVersion(id), one, signal), id)
  try {
    const files: readonly RemoteFile[] = await ask(requests.importFiles(draft.id), filesOf, signal)
    return { draft: { ...draft, files }, isNew: true }
  } catch (error) {
    // files are there already, or the version before has none
    if (!isFailure(error, 'zenodo_draft_exists', 'zenodo_refused')) throw draftIsThere(error)
    return { draft: await withFiles(talk, draft, signal), isNew: false }
  }
}

/** The call for a new version did make a draft, whatever was refused after it: so it is looked for, and not forgotten. */
function draftIsThere(error: unknown): unknown {
  if (!isFailure(error) || error.code === 'lease_lost') return error
  const { message, details, retryAfterMs } = error
  const waits = retryAfterMs === null ? {} : { retryAfterMs }
  return new Failure(error.code, message, { cause: error, details: { ...details, ambiguous: true }, ...waits })
}

/** Refused when the draft has one by now, or where the repository makes no DOIs: what the draft shows counts. */
async function reserveDoi({ ask, requests, one }: Talk, draft: Deposition, signal: AbortSignal): Promise<Deposition> {
  try {
    return await ask(requests.reserveDoi(draft.id), one, signal)
  } catch (error) {
    if (!isFailure(error, 'zenodo_refused_metadata', 'zenodo_refused', 'zenodo_forbidden')) throw error
    return await ask(requests.getDraft(draft.id), one, signal)
  }
}

/** The deposit API passes over communities that do not exist or refuse (zenodo-rdm LegacyRecordService.publish). */
async function joinCommunities(
  { ask, requests }: Talk,
  { id, slugs }: { readonly id: DepositionId; readonly slugs: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  if (slugs.length === 0) return
  try {
    await ask(requests.joinCommunities(id, slugs), nothing, signal)
  } catch (error) {
    const refused = [
      'zenodo_refused_metadata',
      'zenodo_refused',
      'zenodo_forbidden',
      'zenodo_deposition_missing',
    ] as const
    if (!isFailure(error, ...refused)) throw error
  }
}

function requireDraft(draft: Deposition, previous: DepositionId): Deposition {
  if (draft.id !== previous && draft.state === 'unsubmitted') return draft
  const text = `Starting the next version of record ${previous}: the repository answered ${draft.id}, no new draft.`
  throw new Failure('zenodo_unexpected_answer', text, {
    details: { verb: 'new_version', deposition: previous, answered: draft.id, ambiguous: true },
  })
}
