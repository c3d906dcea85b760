/**
 * What should be true now? The small model of a history: which manifests were accepted, and what people did at Zenodo.
 * It is written from the documents alone and shares nothing with src/core, so that it cannot share its mistakes.
 */
import { type Edit, type Family, type HandAct, hands } from './history.ts'

export type Type = 'data' | 'software' | 'software_publish' | 'supp' | 'supp_publish'

/** Name → place in the list of contents. */
export type Files = ReadonlyMap<string, number>
export type FamilyFiles = Readonly<Record<Family, Files>>

export interface Version {
  readonly number: number
  readonly files: FamilyFiles
  readonly title: string
  readonly published: boolean
}

export interface Dataset {
  readonly doi: string
  /** What the next version starts from. */
  working: FamilyFiles
  titles: number
  /** The manifest that counts for each version: the last one that was accepted. */
  readonly versions: Map<number, Version>
  /** Types that were asked for and granted, by version. */
  readonly types: Map<number, Set<Type>>
  newest: number
}

export interface Ledger {
  readonly datasets: readonly Dataset[]
  /** Depositions that somebody touched at Zenodo by hand. */
  /** Whether Zenodo ever refused files that it has. */
  filesHadToDiffer: boolean
  readonly hands: Readonly<Record<HandAct['hand'], Set<string>>>
}

const twoDatasets = ['10.5061/dryad.first', '10.5061/dryad.second']

export function openLedger(dois: readonly string[] = twoDatasets): Ledger {
  const dataset = (doi: string): Dataset => ({
    doi,
    working: { data: new Map(), software: new Map(), supp: new Map() },
    titles: 1,
    versions: new Map(),
    types: new Map(),
    newest: 0,
  })
  return {
    datasets: dois.map(dataset),
    filesHadToDiffer: false,
    hands: Object.fromEntries(hands.map((hand) => [hand, new Set<string>()])) as Ledger['hands'],
  }
}

export function edited(files: FamilyFiles, edits: readonly Edit[]): FamilyFiles {
  const next = { data: new Map(files.data), software: new Map(files.software), supp: new Map(files.supp) }
  for (const edit of edits) {
    const family = next[edit.family]
    if (edit.edit === 'put') family.set(edit.name, edit.content)
    if (edit.edit === 'clear') family.clear()
    if (edit.edit === 'remove' || edit.edit === 'rename') {
      const file = [...family][edit.which % Math.max(1, family.size)]
      if (file === undefined) continue
      family.delete(file[0])
      if (edit.edit === 'rename') family.set(edit.to, file[1])
    }
  }
  return next
}

const publishing = { software: 'software_publish', supp: 'supp_publish' } as const

const familyOf = (type: Type) => type.split('_')[0] as Family
export const isPublishing = (type: Type) => type === 'data' || type.endsWith('_publish')

/** What a repository gets for a manifest without naming types: families that have files, or, but for data, had a copy before. */
export function calledFor(dataset: Dataset, version: Version): Type[] {
  const had = new Set([...dataset.types.values()].flatMap((types) => [...types].map(familyOf)))
  const concerned = (family: Family) => version.files[family].size > 0 || had.has(family)
  const data: Type[] = version.published && version.files.data.size > 0 ? ['data'] : []
  const others = (['software', 'supp'] as const).filter(concerned)
  return [...data, ...others.flatMap((family): Type[] => (version.published ? [family, publishing[family]] : [family]))]
}

export function accept(dataset: Dataset, version: Version, types: readonly Type[]): void {
  dataset.versions.set(version.number, version)
  const before = dataset.types.get(version.number) ?? []
  dataset.types.set(version.number, new Set([...before, ...types]))
  dataset.newest = Math.max(dataset.newest, version.number)
}

/** Name → content, without the empty files: Zenodo takes none. */
export function present(files: Files): Map<string, number> {
  return new Map([...files].filter(([, content]) => content !== 0))
}
