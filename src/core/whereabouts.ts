/** What is the repository told about where a copy stands at Zenodo? */
import type { Copy, CopyType } from './copy.ts'

/** How the dataset is related to the record, for the repository's related works (DataCite relation types). */
const relationFromDataset: Readonly<Record<CopyType, string>> = {
  data: 'IsIdenticalTo',
  software: 'IsDerivedFrom',
  software_publish: 'IsDerivedFrom',
  supp: 'IsSourceOf',
  supp_publish: 'IsSourceOf',
}

/** Which copy it is. */
export function identityOf(copy: Copy) {
  return { copyId: copy.id, dataset: copy.dataset, version: copy.version, type: copy.type }
}

/** Which copy it is, and where it is found. */
export function whereabouts(copy: Copy) {
  const { depositionId, conceptRecid, doi, recordUrl, note } = copy
  return { ...identityOf(copy), depositionId, conceptRecid, doi, recordUrl, relation: relationOf(copy), note }
}

/** Null where no related work may be shown: no record, the dataset's own DOI, or a version without files of this family. */
function relationOf(copy: Copy): string | null {
  if (copy.doi === null || copy.doi === copy.dataset.doi || copy.filesTotal === 0) return null
  return relationFromDataset[copy.type]
}
