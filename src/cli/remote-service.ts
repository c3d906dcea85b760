/** How do commands about copies reach the service over HTTP? By the client for programs; what it refuses is told as the service would itself. */
import { ApiError } from '../client/api-error.ts'
import { createClient } from '../client/client.ts'
import type { Answered, ApiCopy, Asked, Client, CopyQuery } from '../client/types.ts'
import type { PersonAction } from '../core/copy-state.ts'
import { Failure } from '../core/failure.ts'
import { type FailureCode, failureCodes } from '../core/failure-codes.ts'
import type { CopyJson } from '../replication/copy-json.ts'
import type { ActRequest, ListRequest } from '../replication/ports/desk.ts'
import { standstill } from '../replication/standstill.ts'
import type { Server } from './command.ts'
import type { EnqueueOptions } from './enqueue-all.ts'
import type { NamedManifest } from './read-manifests.ts'
import type { ActedOn, Enqueued, Service, StoryOfCopy } from './service.ts'
import { unpauseWords } from './unpause-words.ts'

export function remoteService({ url, token }: Server): Service {
  const client = createClient({ url, token })
  return {
    list: async (request) => {
      const { copies, nextCursor } = await told(client.listCopies({ query: queryOf(request) }))
      return { copies: copies.map(shown), nextCursor }
    },
    story: (id) => told(storyOf(client, id)),
    switches: () => told(client.getStatus().then(switchesIn)),
    act: (action, request) => told(actOn(client, action, request)),
    pause: async ({ reason }) => void (await told(client.pause({ body: { reason: reason ?? undefined } }))),
    unpause: async () => {
      const { pause } = await told(client.getStatus())
      await told(client.unpause())
      return pause !== null
    },
    enqueue: (manifests, { options }) => enqueueEach(client, manifests, options),
  }
}

function queryOf({ ids, states, types, family, dataset, errorCode, ...rest }: ListRequest): CopyQuery {
  const { blocked, q, sort, order, limit, cursor } = rest
  // with commas an address holds more ids
  const list = ids === undefined ? {} : { ids: [ids.join(',')] as unknown as number[] }
  return {
    ...list,
    blocked,
    state: states && [...states],
    type: types && [...types],
    family,
    dataset,
    error: errorCode,
    q,
    sort,
    order,
    limit,
    cursor,
  }
}

async function actOn(client: Client, action: PersonAction, { filter, actor }: ActRequest): Promise<ActedOn> {
  const { ids, states, types, dataset, errorCode } = filter
  const named = { ids: ids && [...ids], state: states && [...states], type: types && [...types] }
  const body: Asked<'requeueCopies'>['body'] = {
    ...named,
    dataset,
    error: errorCode,
    reason: actor.reason ?? undefined,
  }
  const acts = {
    requeue: client.requeueCopies,
    defer: client.deferCopies,
    resume: client.resumeCopies,
    cancel: client.cancelCopies,
  }
  const { changedIds = [], refusedCopies = [], unknown = [] } = await acts[action]({ body })
  return { done: changedIds, refused: refusedCopies, unknown }
}

async function storyOf(client: Client, id: number): Promise<StoryOfCopy> {
  const params = { id }
  const copy = await client.getCopy({ params })
  const [{ events, archived }, { files }, { chains }, status] = await Promise.all([
    client.listEvents({ params }),
    client.listFiles({ params }),
    client.getDataset({ params: { '*': copy.dataset.doi } }),
    client.getStatus(),
  ])
  const leader = status.leader ?? { holder: null, host: null, expired: true }
  const { switches, lines } = await standstill({
    desk: { switches: async () => switchesIn(status) },
    leases: { look: async () => leader },
    leaseName: '',
    unpause: unpauseWords,
  })
  const chain = chains.find(({ family }) => family === copy.family)?.copies ?? []
  return {
    copy: shown(copy),
    events,
    eventsArchived: archived,
    files,
    chain: chain.map(shown),
    switches,
    standstill: lines,
  }
}

/** The contract has steps as texts, as there may be others some day. */
function shown(copy: ApiCopy): CopyJson {
  return { ...copy, step: copy.step as CopyJson['step'] }
}

function switchesIn({ pause, breaker }: Answered<'getStatus'>) {
  return [breaker, pause].filter((one) => one !== null)
}

/** One by one: those before a refusal are in. */
async function enqueueEach(
  client: Client,
  manifests: readonly NamedManifest[],
  { type, publish, priority, at }: EnqueueOptions,
): Promise<Enqueued> {
  if (publish) {
    throw new Failure('bad_request', '--publish works on the database only, not with --server.', {
      hint: 'Name the copy types with --type, or say in the manifest that the version is published.',
    })
  }
  const copies = new Map<number, CopyJson>()
  const sum = { created: 0, replaced: 0 }
  for (const [index, { name, manifest }] of manifests.entries()) {
    const types = type && [...type]
    const answer = await told(client.enqueue({ body: { manifest, types, priority, runAfter: at } })).catch(
      (error: unknown) => {
        throw index === 0 ? error : brokenOff(error, name, index)
      },
    )
    for (const copy of answer.copies) copies.set(copy.id, shown(copy))
    sum.created += answer.created
    sum.replaced += answer.replaced
  }
  return { copies: [...copies.values()], ...sum }
}

function brokenOff(error: unknown, name: string, before: number): unknown {
  if (!(error instanceof Failure)) return error
  const text = `${name}: ${error.message} The ${before} before it ${before === 1 ? 'is' : 'are'} in; sent again, what is there is found.`
  return new Failure(error.code, text, { cause: error, hint: error.hint, details: error.details })
}

/** @throws Failure in place of ApiError */
async function told<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw error instanceof ApiError ? failureOf(error) : error
  })
}

function failureOf(error: ApiError): Failure {
  const { type, title, status, detail, code, hint, requestId, ...details } = error.details
  if (!isFailureCode(error.code)) {
    const options = error.hint === '' ? {} : { hint: error.hint }
    return new Failure('service_unreachable', error.message, { cause: error, ...options })
  }
  // its own log has the reason
  if (error.status < 500) return new Failure(error.code, error.message, { cause: error, details })
  const named = { ...details, requestId: error.requestId }
  return new Failure(error.code, `${error.message} (request ${error.requestId})`, { cause: error, details: named })
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureCodes, code)
}
