/** Which drafts does the account have? The list of depositions, a page at a time, as far back as is asked for. */
import { z } from 'zod'
import { depositionIdOf } from '../core/copy.ts'
import type { OwnDraft } from '../replication/ports/depositions.ts'
import { pageSize } from './requests.ts'
import { type Answer, checked, jsonOf, recordId } from './responses.ts'

/** A search shows no more than this many rows, on however many pages (InvenioRDM's result window). */
const window = 10_000

/** A time in any form, as ISO 8601. */
export const time = z.string().transform((text, context) => {
  const at = new Date(text)
  if (!Number.isNaN(at.getTime())) return at.toISOString()
  context.addIssue('not a time')
  return z.NEVER
})

const rowSchema = z.object({
  id: recordId.transform(depositionIdOf),
  conceptrecid: recordId,
  state: z.string(),
  created: time,
  modified: time,
  title: z.string().nullish(),
  metadata: z.object({ keywords: z.array(z.string()).catch([]) }).nullish(),
})

/** A row of the list, whatever its state. */
export interface ListedDeposition extends OwnDraft {
  readonly isDraft: boolean
}

/** @throws NotUnderstood naming the field that is not as expected. */
export function listingOf(answer: Answer): ListedDeposition[] {
  return checked(z.array(rowSchema), jsonOf(answer)).map((row) => ({
    id: row.id,
    conceptRecid: row.conceptrecid,
    title: row.title ?? '',
    keywords: row.metadata?.keywords ?? [],
    createdAt: row.created,
    modifiedAt: row.modified,
    isDraft: row.state === 'unsubmitted',
  }))
}

/**
 * Drafts created at `since` or later, newest first. A deposition that comes into being meanwhile pushes others on to the
 * next page, so one that was seen already is passed over.
 */
export async function* draftsSince(
  since: string,
  list: (page: number) => Promise<readonly ListedDeposition[]>,
): AsyncGenerator<OwnDraft> {
  const seen = new Set<OwnDraft['id']>()
  for (let page = 1; page * pageSize <= window; page += 1) {
    const rows = await list(page)
    for (const { isDraft, ...draft } of rows) {
      if (isDraft && draft.createdAt >= since && !seen.has(draft.id)) yield draft
      seen.add(draft.id)
    }
    const last = rows.at(-1)
    if (rows.length < pageSize || last === undefined || last.createdAt < since) return
  }
}
