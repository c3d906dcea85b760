/** How are copies read again as people see them, however many there are? */
import type { CopyFilter, ListRequest } from '../replication/ports/desk.ts'

interface Lists<Shown> {
  list(request: ListRequest): Promise<{ readonly copies: readonly Shown[]; readonly nextCursor: string | null }>
}

const atOnce = 1000

/** The copies with these ids, in the order of the ids. */
export async function viewsOf<Shown extends { readonly id: number }>(
  reading: Lists<Shown>,
  ids: readonly number[],
): Promise<Shown[]> {
  const found = new Map<number, Shown>()
  for (let start = 0; start < ids.length; start += atOnce) {
    const part = await reading.list({ ids: ids.slice(start, start + atOnce), limit: atOnce })
    for (const copy of part.copies) found.set(copy.id, copy)
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** Every copy of a filter, by id. */
export async function viewsMatching<Shown>(reading: Lists<Shown>, filter: CopyFilter): Promise<Shown[]> {
  const all: Shown[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await reading.list({ ...filter, limit: atOnce, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.copies)
    cursor = page.nextCursor
  }
  return all
}
