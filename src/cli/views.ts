/** How are copies read again as people see them, however many there are? */
import type { App } from '../app.ts'
import type { CopyFilter, CopyView } from '../replication/ports/desk.ts'

const atOnce = 1000

/** The copies with these ids, in the order of the ids. */
export async function viewsOf(app: Pick<App, 'reading'>, ids: readonly number[]): Promise<CopyView[]> {
  const found = new Map<number, CopyView>()
  for (let start = 0; start < ids.length; start += atOnce) {
    const part = await app.reading.list({ ids: ids.slice(start, start + atOnce), limit: atOnce })
    for (const copy of part.copies) found.set(copy.id, copy)
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** Every copy of a filter, by id. */
export async function viewsMatching(app: Pick<App, 'reading'>, filter: CopyFilter): Promise<CopyView[]> {
  const all: CopyView[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await app.reading.list({ ...filter, limit: atOnce, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.copies)
    cursor = page.nextCursor
  }
  return all
}
