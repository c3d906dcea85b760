/** What can be asked of Zenodo? The verbs of the `Depositions` port, over HTTP. */
import type { Deposition, DepositionId, RemoteFile } from '../core/copy.ts'
import { Failure, isFailure } from '../core/failure.ts'
import type { Depositions } from '../replication/ports/depositions.ts'
import { fileUrl } from './addresses.ts'
import { connect, type DepositionsOptions, nothing, orIfMissing } from './connection.ts'
import { draftsSince, listingOf } from './drafts.ts'
import { repeated } from './repeat.ts'
import { attempt, type Wire } from './request.ts'
import { requestsFor, type ZenodoRequest } from './requests.ts'
import { type Answer, depositionOf, depositionsOf } from './responses.ts'
import { asPassing, bucketOf, heldBytesOf, isPassing, storedBy, uploadTargetOf } from './upload.ts'

/**
 * Zenodo through its deposit API. Repeatable verbs are tried again by themselves; `create`, `startNewVersion` and `publish`
 * never are: their ambiguous failures are resolved by looking.
 * @throws Failure `config_invalid` for a base URL or token that no request could be made with.
 */
export function createDepositions(options: DepositionsOptions): Depositions & { close(): Promise<void> } {
  const connection = connect(options, { accept: 'application/json', probe: (root) => requestsFor(root).probe() })
  const { api, wire, ask, settled } = connection
  const requests = requestsFor(api)
  const one = (answer: Answer) => depositionOf(answer, api)
  const many = (answer: Answer) => depositionsOf(answer, api)
  const get = (id: DepositionId, signal: AbortSignal) => orIfMissing(ask(requests.get(id), one, signal), null)

  return {
    get,
    create: (metadata, signal) => ask(requests.create(metadata), one, signal),
    ownDrafts: (since, signal) => draftsSince(since, (page) => ask(requests.newest(page), listingOf, signal)),
    async startNewVersion(id, signal) {
      const draft = await ask(requests.newVersion(id), one, signal)
      // one that is open already is refused
      return { draft: requireDraft(draft, id), isNew: true }
    },
    async findOpenDraft(conceptRecid, signal) {
      const rows = await ask(requests.ofConcept(conceptRecid), many, signal)
      const row = rows.find((each) => each.state === 'unsubmitted' && each.conceptRecid === conceptRecid)
      const draft = row === undefined ? null : await get(row.id, signal)
      return draft?.state === 'unsubmitted' ? draft : null
    },
    async findNewestRecord(conceptRecid, signal) {
      const rows = await ask(requests.versionsOf(conceptRecid), many, signal)
      const row = rows.find((each) => each.submitted && each.conceptRecid === conceptRecid)
      return row === undefined ? null : await get(row.id, signal)
    },
    async findByDoi(doi, signal) {
      const rows = await ask(requests.ofDoi(doi), many, signal)
      const row = rows.find((each) => each.submitted && each.doi?.toLowerCase() === doi.toLowerCase())
      return row === undefined ? null : await get(row.id, signal)
    },
    reopen: (id, signal) => ask(requests.reopen(id), one, signal),
    putMetadata: (id, metadata, signal) => ask(requests.putMetadata(id, metadata), one, signal),
    replacesAtOnce: true,
    uploadTarget(deposition, name, size) {
      const request = requests.upload(deposition, bucketOf(deposition), name)
      const settle = async (answer: Answer) => storedBy(request, answer)
      return uploadTargetOf(wire, { deposition, request, size, prepare: async () => {}, settle })
    },
    heldBytes: (deposition, name) => heldBytesOf(wire, fileUrl(bucketOf(deposition), name)),
    removeFile(deposition, file, signal) {
      const request = requests.removeFile(deposition, bucketOf(deposition), file)
      const work = () => removeOnce(wire, { request, file, reread: requests.get(deposition.id), one }, signal)
      const removal = repeated(wire, { work, also: (error) => isPassing(error, deposition) }, signal)
      const told = removal.catch((error: unknown) => {
        throw isPassing(error, deposition) ? asPassing(error) : error
      })
      return settled(told, signal)
    },
    publish: (id, signal) => ask(requests.publish(id), nothing, signal),
    discard: (id, signal) => orIfMissing(ask(requests.discard(id), nothing, signal), undefined),
    // Zenodo does so by itself when the record is published (zenodo-rdm LegacyRecordService.publish)
    joinCommunities: async () => {},
    ...connection.same,
  }
}

interface Removal {
  readonly request: ZenodoRequest
  readonly file: RemoteFile
  readonly reread: ZenodoRequest
  readonly one: (answer: Answer) => Deposition
}

/** A bucket may answer 500 although the file is gone (zenodo/zenodo#2561): on an open outcome the list of files decides. */
async function removeOnce(wire: Wire, removal: Removal, signal: AbortSignal): Promise<void> {
  const { request, file, reread, one } = removal
  try {
    await orIfMissing(attempt(wire, request, nothing, signal), undefined)
  } catch (error) {
    if (!isFailure(error, 'zenodo_unavailable')) throw error
    const now = await orIfMissing(attempt(wire, reread, one, signal), null)
    if (now?.files.some((each) => each.name === file.name)) throw error
  }
}

/** Servers before October 2023 answered the original deposition here; its files must not be taken for the draft's. */
function requireDraft(draft: Deposition, previous: DepositionId): Deposition {
  if (draft.id !== previous && draft.state === 'unsubmitted') return draft
  const text = `Starting the next version of deposition ${previous}: Zenodo answered deposition ${draft.id}, no new draft.`
  throw new Failure('zenodo_unexpected_answer', text, {
    details: { verb: 'new_version', deposition: previous, answered: draft.id, ambiguous: true },
  })
}
