/** What is there of a dataset? All its copies by family, each family in its order, and which of them goes next. */
import { type Family, families } from '../core/copy.ts'
import { isUnfinished } from '../core/ordering.ts'
import type { CopyView, Reading } from './ports/desk.ts'

export interface Chain {
  readonly family: Family
  /** In the order in which they go to Zenodo. */
  readonly copies: readonly CopyView[]
  /** Id of the first that is not done: it runs, goes next, or holds the others back; null: all are done. */
  readonly next: number | null
}

/** Empty: no copy is of a dataset with this DOI. */
export async function chainsOf({ list }: Pick<Reading, 'list'>, doi: string): Promise<Chain[]> {
  const copies: CopyView[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await list({ dataset: doi, sort: 'version', limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    copies.push(...page.copies)
    cursor = page.nextCursor
  }
  return families.flatMap((family) => {
    const chain = copies.filter((copy) => copy.family === family).sort((a, b) => a.position - b.position)
    const next = chain.find(({ state }) => isUnfinished(state))?.id ?? null
    return chain.length === 0 ? [] : [{ family, copies: chain, next }]
  })
}
