/** How do several manifests go into the table? All are tried first, so that a refusal of one leaves the others out as well. */
import type { App } from '../app.ts'
import type { CopyType } from '../core/copy.ts'
import { decide, type EnqueueRequest } from '../replication/enqueue.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { NamedManifest } from './read-manifests.ts'
import { viewsOf } from './views.ts'

/** Options that `enqueue` and `send` have in common, as parsed. */
export interface EnqueueOptions {
  readonly type?: readonly CopyType[]
  readonly publish?: boolean
  readonly priority?: number
  readonly at?: string
}

export interface Enqueued {
  readonly copies: readonly CopyView[]
  /** How many of them are new; the others were there already. */
  readonly created: number
  /** How many manifests took the place of another one stored for their version. */
  readonly replaced: number
}

/** @throws Failure with the reason of the first manifest that is refused; nothing is changed then. */
export async function enqueueAll(
  app: App,
  manifests: readonly NamedManifest[],
  { options, requestedBy }: { readonly options: EnqueueOptions; readonly requestedBy: string },
): Promise<Enqueued> {
  const requests = manifests.map(({ manifest, fileRoot }) => ({
    manifest,
    fileRoot,
    types: options.type ?? null,
    publish: options.publish ?? false,
    priority: options.priority ?? null,
    runAfter: options.at ?? null,
    requestedBy,
  }))
  for (const request of requests) await tryOut(app, request)
  const answers = []
  for (const request of requests) answers.push(await app.enqueue(request))
  const results = answers.flat()
  const ids = [...new Set(results.map(({ copy }) => copy.id))]
  return {
    copies: await viewsOf(app, ids),
    created: results.filter((one) => one.created).length,
    replaced: answers.filter((ofOne) => ofOne.some((one) => one.replaced)).length,
  }
}

/** Ends the transaction of a try without a change. */
class OnlyTrying extends Error {}

async function tryOut(app: App, request: EnqueueRequest): Promise<void> {
  const { dataset, version } = request.manifest
  try {
    await app.intake.enqueue(
      { doi: dataset.doi, id: dataset.id ?? null },
      { number: version.number, id: version.id ?? null },
      (known) => {
        decide(request, known)
        throw new OnlyTrying()
      },
    )
  } catch (error) {
    if (!(error instanceof OnlyTrying)) throw error
  }
}
