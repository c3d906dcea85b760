/** Is at Zenodo what a finished copy left there? Each difference in words, and what puts it right. */
import { type Copy, type Deposition, endsPublished } from './copy.ts'
import { normaliseDoi } from './doi.ts'

/**
 * `requeue`: the copy goes through the queue once more, and does the difference · `refresh`: a metadata refresh brings it ·
 * `person`: nobody but a person can tell what is right.
 */
export type Remedy = 'none' | 'requeue' | 'refresh' | 'person'

export interface Comparison {
  readonly copy: Pick<Copy, 'id' | 'type' | 'family' | 'doi' | 'depositionId'>
  /** Null: it is not at Zenodo any more. */
  readonly deposition: Pick<Deposition, 'id' | 'state' | 'submitted' | 'doi'> | null
  /** Whether its record is edited in place, rather than followed by a new version. */
  readonly editsInPlace: boolean
  /** What differs of files and metadata, in words. */
  readonly files: readonly string[]
  readonly metadata: readonly string[]
}

export interface Difference {
  readonly finding: string
  readonly text: string
  readonly remedy: Exclude<Remedy, 'none'>
}

/** The gravest first; none when all is as it was left. */
export function auditDifferences(comparison: Comparison): Difference[] {
  const { copy, deposition } = comparison
  if (deposition === null) return [gone(comparison)]
  const published = endsPublished(copy.type)
  const wrongState = published ? stateOfPublished(deposition) : stateOfDraft(deposition)
  const doi = deposition.submitted && !sameDoi(copy.doi, deposition.doi)
  return [
    ...wrongState,
    ...(doi ? [differentDoi(comparison)] : []),
    ...(comparison.files.length > 0 ? [differentFiles(comparison)] : []),
    ...(comparison.metadata.length > 0 ? [differentMetadata(comparison)] : []),
  ]
}

/** What puts all of it right: what only a person can do comes first. */
export function remedyOf(differences: readonly Difference[]): Remedy {
  const order = ['person', 'requeue', 'refresh'] as const
  return order.find((remedy) => differences.some((one) => one.remedy === remedy)) ?? 'none'
}

function gone({ copy }: Comparison): Difference {
  const id = copy.depositionId
  if (!endsPublished(copy.type)) {
    return { finding: 'draft_gone', remedy: 'requeue', text: `The draft ${id} is gone from Zenodo.` }
  }
  const text = `Record ${id} was published and is gone from Zenodo: somebody has withdrawn it. Find out why.`
  return { finding: 'record_gone', remedy: 'person', text }
}

function stateOfPublished({ id, state }: Pick<Deposition, 'id' | 'state'>): Difference[] {
  if (state === 'done') return []
  if (state === 'unsubmitted')
    return [{ finding: 'not_published', remedy: 'requeue', text: `Deposition ${id} is not published.` }]
  const text = `Record ${id} is open for editing: what the public sees may differ from what stands there.`
  return [{ finding: 'open_edit', remedy: 'refresh', text }]
}

function stateOfDraft({ id, state }: Pick<Deposition, 'id' | 'state'>): Difference[] {
  if (state === 'unsubmitted') return []
  const text = `Draft ${id} is published, although its version is not: somebody did that at Zenodo.`
  return [{ finding: 'published_early', remedy: 'person', text }]
}

function differentDoi({ copy, deposition }: Comparison): Difference {
  const text = `Record ${deposition?.id} has the DOI ${deposition?.doi ?? '(none)'}, but ${copy.doi ?? '(none)'} was recorded. Settle which is right with Zenodo.`
  return { finding: 'doi_differs', remedy: 'person', text }
}

/** Files of a published record that has versions cannot be changed: the way of copies would make another version. */
function differentFiles({ copy, deposition, files, editsInPlace }: Comparison): Difference {
  const mayChange = deposition?.state === 'unsubmitted' || editsInPlace
  const text = `Files of ${deposition?.id}: ${files.slice(0, 5).join('; ')}${files.length > 5 ? `; and ${files.length - 5} more` : ''}.`
  if (mayChange) return { finding: 'files_differ', remedy: 'requeue', text }
  const why = ` Files of a published record do not change by themselves: ask Zenodo what happened to it. Copy ${copy.id} stays as it is.`
  return { finding: 'files_differ', remedy: 'person', text: `${text}${why}` }
}

function differentMetadata({ deposition, metadata }: Comparison): Difference {
  return {
    finding: 'metadata_differs',
    remedy: 'refresh',
    text: `Metadata of ${deposition?.id}: other than was sent are ${metadata.join(', ')}.`,
  }
}

function sameDoi(recorded: string | null, shown: string | null): boolean {
  return (normaliseDoi(recorded ?? '') ?? recorded) === (normaliseDoi(shown ?? '') ?? shown)
}
