/** How do several manifests go into the table? In one transaction, so that a refusal of one leaves the others out as well. */
import type { App } from '../app.ts'
import type { CopyType } from '../core/copy.ts'
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

interface Enqueued {
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
  const answers = await app.enqueueAll(requests)
  const results = answers.flatMap((answer) => answer.copies)
  const ids = [...new Set(results.map(({ copy }) => copy.id))]
  return {
    copies: await viewsOf(app.reading, ids),
    created: results.filter((one) => one.created).length,
    replaced: answers.filter((answer) => answer.replaced).length,
  }
}
