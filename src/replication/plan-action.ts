/** What would an action on many copies do? Told before it is done: what changes, what waits for what, what is left alone. */
import type { CopyState } from '../core/copy.ts'
import { nextState, type PersonAction } from '../core/copy-state.ts'
import type { CopyFilter, CopyView, Reading } from './ports/desk.ts'

/** As many as one action takes; the rest is for another one. */
export const mostAtOnce = 10_000
const pageSize = 1000

export interface ActionPlan {
  readonly action: PersonAction
  /** All that were found, also those beyond `mostAtOnce`. */
  readonly found: number
  /** In the order in which they would run. */
  readonly changing: readonly CopyView[]
  /** Of those: id of the copy that each has to wait for once it is put back. */
  readonly behind: ReadonlyMap<number, number>
  readonly leftAlone: readonly CopyView[]
  readonly leftByState: ReadonlyArray<readonly [CopyState, number]>
}

/** @param filter as `filterFor` made it */
export async function planAction(
  reading: Pick<Reading, 'list' | 'countMatching' | 'ahead'>,
  action: PersonAction,
  filter: CopyFilter,
): Promise<ActionPlan> {
  const found = (await reading.countMatching(filter)).reduce((sum, { count }) => sum + count, 0)
  const copies = await allOf(reading, filter)
  const changing = copies.filter(({ state }) => nextState(state, action) !== null)
  const leftAlone = copies.filter(({ state }) => nextState(state, action) === null)
  const ids = changing.map(({ id }) => id)
  const leadsToQueue = action === 'requeue' || action === 'resume'
  const behind = leadsToQueue ? withinPlan(changing, await reading.ahead(ids)) : new Map<number, number>()
  const leftByState = [...Map.groupBy(leftAlone, ({ state }) => state)].map(
    ([state, some]) => [state, some.length] as const,
  )
  return { action, found, changing: inOrder(changing), behind, leftAlone, leftByState }
}

async function allOf(reading: Pick<Reading, 'list'>, filter: CopyFilter): Promise<CopyView[]> {
  const copies: CopyView[] = []
  for (let cursor: string | undefined; copies.length < mostAtOnce; ) {
    const page = await reading.list({
      ...filter,
      sort: 'id',
      order: 'asc',
      limit: pageSize,
      ...(cursor ? { cursor } : {}),
    })
    copies.push(...page.copies)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return copies
}

/** Families together, each from its first copy on. */
function inOrder(copies: readonly CopyView[]): CopyView[] {
  return [...Map.groupBy(copies, familyKey).values()].flatMap((chain) =>
    chain.toSorted((a, b) => a.position - b.position || a.id - b.id),
  )
}

function familyKey({ dataset, family }: CopyView): string {
  return `${family} ${dataset.doi}`
}

/** What is cancelled now holds back nobody yet, but will once it is put back: those of the plan hold back one another. */
function withinPlan(changing: readonly CopyView[], ahead: ReadonlyMap<number, number>): Map<number, number> {
  const behind = new Map(ahead)
  for (const chain of Map.groupBy(inOrder(changing), familyKey).values()) {
    for (const [index, { id }] of chain.entries()) {
      const before = chain[index - 1]
      if (before !== undefined && !behind.has(id)) behind.set(id, before.id)
    }
  }
  return behind
}
