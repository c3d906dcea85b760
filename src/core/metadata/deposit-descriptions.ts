/** How is a dataset described in words? Title, abstract, notes, method and keywords of its DataCite metadata. */

import type { Manifest } from '../manifest/manifest.ts'
import { funderParagraphs } from './deposit-funders.ts'
import { filled, meaningfulHtml, plainText } from './deposit-text.ts'

/** The first title that is not a subtitle, alternative or translated one. */
export function mainTitle({ metadata }: Manifest): string | undefined {
  const titles = metadata.titles ?? []
  const main =
    titles.find(({ title, titleType }) => !filled(titleType) && filled(title)) ??
    titles.find((one) => filled(one.title))
  return filled(plainText(main?.title ?? ''))
}

/** Zenodo's form asks for a description; old datasets have none. */
export function abstractOf(manifest: Manifest): string {
  return descriptionsOf(manifest, 'abstract')[0] ?? 'No abstract available'
}

function descriptionsOf({ metadata }: Manifest, type: 'abstract' | 'methods' | 'other'): readonly string[] {
  return (metadata.descriptions ?? [])
    .filter(({ descriptionType }) => descriptionType?.trim().toLowerCase() === type)
    .flatMap(({ description }) => meaningfulHtml(description) ?? [])
}

/** All other descriptions, then a paragraph for each funder. */
export function notesOf(manifest: Manifest): string | undefined {
  const funders = funderParagraphs(manifest.metadata.fundingReferences ?? []).join('')
  return joined([...descriptionsOf(manifest, 'other'), ...(funders === '' ? [] : [funders])])
}

/** What was done, all methods descriptions together. */
export function methodOf(manifest: Manifest): string | undefined {
  return joined(descriptionsOf(manifest, 'methods'))
}

function joined(paragraphs: readonly string[]): string | undefined {
  return paragraphs.length === 0 ? undefined : paragraphs.join('\n')
}

/** Fields of science are a classification that registries add, not keywords of the authors. */
const classifications = ['fos', 'bad_fos', 'fields of science and technology (fos)']

/** Subjects as keywords, each once, without classifications. */
export function keywordsOf({ metadata }: Manifest): readonly string[] {
  const keywords = (metadata.subjects ?? [])
    .filter(({ subjectScheme }) => !classifications.includes(subjectScheme?.trim().toLowerCase() ?? ''))
    .flatMap(({ subject }) => filled(plainText(subject ?? '')) ?? [])
  return [...new Set(keywords)]
}
