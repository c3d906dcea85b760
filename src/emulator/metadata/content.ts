/** How does the emulator hold metadata? In the terms of InvenioRDM, which is how Zenodo stores what the deposit API is given. */

/** A creator or contributor. */
export interface Person {
  readonly familyName?: string
  readonly givenName?: string
  readonly affiliation?: string
  readonly orcid?: string
  readonly gnd?: string
  /** Role id, lower case; contributors only. */
  readonly role?: string
}

/** A related or alternate identifier. */
export interface RelatedIdentifier {
  readonly identifier: string
  readonly scheme: string
  /** Lower case; absent for alternate identifiers. */
  readonly relation?: string
  readonly resourceType?: string
}

/** A place; `coordinates` are longitude, latitude. */
export interface Place {
  readonly place: string
  readonly description?: string
  readonly coordinates?: readonly [number, number]
}

/** A date or interval with its type id. */
export interface TypedDate {
  readonly date: string
  readonly type: string
  readonly description?: string
}

/** A grant as funder and award number. */
export interface Funding {
  /** DOI of the funder, after the replacement of merged funders. */
  readonly funderDoi: string
  readonly number: string
}

/** The metadata of a draft or record. */
export interface Metadata {
  readonly title?: string
  readonly description?: string
  readonly resourceType?: string
  readonly creators?: readonly Person[]
  readonly contributors?: readonly Person[]
  readonly publicationDate?: string
  readonly publisher?: string
  readonly version?: string
  /** Id in the licence vocabulary. Licences without one (`other-open`) are kept by title and never returned. */
  readonly licence?: { readonly id: string } | { readonly title: string }
  readonly keywords?: readonly string[]
  readonly notes?: string
  readonly method?: string
  readonly references?: readonly string[]
  readonly relatedIdentifiers?: readonly RelatedIdentifier[]
  readonly alternateIdentifiers?: readonly RelatedIdentifier[]
  readonly funding?: readonly Funding[]
  readonly locations?: readonly Place[]
  readonly dates?: readonly TypedDate[]
  readonly language?: string
}

/** Everything a deposit PUT replaces, and the DOI, which it keeps when it names none. */
export interface Content {
  readonly metadata: Metadata
  /** Values of `journal_title`, `conference_url`, `imprint_isbn` … under their legacy names, plus `subjects` and `custom`. */
  readonly customFields: Readonly<Record<string, unknown>>
  /** Community slugs asked for; acted on at publish. */
  readonly communities: readonly string[]
  readonly access: { readonly files: 'public' | 'restricted'; readonly embargoUntil?: string }
  readonly doi?: Doi
}

/** A DOI with who is responsible for it: Zenodo itself, or somebody else. */
export interface Doi {
  readonly identifier: string
  readonly provider: 'zenodo' | 'external'
}

/** What a deposit without metadata holds. */
export const emptyContent: Content = { metadata: {}, customFields: {}, communities: [], access: { files: 'public' } }
