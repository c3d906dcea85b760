/** Who made the dataset, in Zenodo's terms? DataCite creators become names with one affiliation and an ORCID iD. */

import type { MetadataEntry } from '../manifest/manifest-metadata.ts'
import { defined, filled, plainText } from './deposit-text.ts'
import { orcidOf } from './orcid.ts'

type Creator = MetadataEntry<'creators'>

/** `name` is "Family, Given" for a person: Zenodo takes exactly one comma as that, everything else as a family name. */
export interface DepositCreator {
  readonly name: string
  readonly affiliation?: string | undefined
  /** Dashed, with a right check digit. */
  readonly orcid?: string | undefined
}

/** Creators in their order; those without any name are left out. */
export function depositCreators(creators: readonly Creator[]): readonly DepositCreator[] {
  return creators.flatMap((creator) => {
    const name = nameOf(creator)
    return name === undefined ? [] : [defined({ name, affiliation: affiliationOf(creator), orcid: orcidIn(creator) })]
  })
}

function nameOf(creator: Creator): string | undefined {
  const whole = nameText(creator.name)
  if (creator.nameType?.toLowerCase() === 'organizational' && whole !== undefined) return whole
  const parts = [creator.familyName, creator.givenName].map(nameText).filter((part) => part !== undefined)
  return parts.length === 0 ? whole : parts.join(', ')
}

function nameText(name: string | null | undefined): string | undefined {
  return filled(plainText(name ?? ''))
}

/** The first affiliation that has a name: Zenodo's deposit metadata has room for one. */
function affiliationOf({ affiliation }: Creator): string | undefined {
  const all = affiliation === null || affiliation === undefined ? [] : [affiliation].flat()
  return all.map((one) => nameText(typeof one === 'string' ? one : one.name)).find((name) => name !== undefined)
}

function orcidIn({ nameIdentifiers }: Creator): string | undefined {
  return (
    (nameIdentifiers ?? [])
      .filter(({ nameIdentifierScheme: scheme }) => (scheme ?? 'orcid').toLowerCase().includes('orcid'))
      .map(({ nameIdentifier }) => orcidOf(nameIdentifier ?? ''))
      .find((id) => id !== null) ?? undefined
  )
}
