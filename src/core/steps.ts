/** Which steps does a copy need, given what Zenodo holds? One machine; the five types differ only here. */
import { type CopyType, type Deposition, endsPublished, type Step } from './copy.ts'

/** How the deposition of a run comes about. */
export type Beginning =
  | 'create'
  | 'reuse'
  | 'reopen'
  | 'new_version'
  | 'drop_edit_then_new_version'
  | 'drop_draft'
  | 'drop_draft_then_reopen'

export interface Situation {
  readonly type: CopyType
  /** Data copies under the dataset's own DOI are one deposition, edited in place; everything else makes versions. */
  readonly editsInPlace: boolean
  /** What was found at Zenodo for this copy or its predecessors; null: nothing. */
  readonly deposition: Pick<Deposition, 'state'> | null
  /** Files with content that the version should have. */
  readonly wanted: number
  /** Whether the deposition holds exactly those files. */
  readonly unchanged: boolean
  /** Whether the deposition is a draft, but the record published before it holds exactly those files. */
  readonly publishedEquals: boolean
  /** An unanswered publish of this copy is there to see, with our files and metadata. */
  readonly publishedByUs: boolean
}

export type Plan =
  | { readonly kind: 'work'; readonly beginning: Beginning; readonly steps: readonly Step[] }
  /** Nothing to do at Zenodo; the note says why. */
  | { readonly kind: 'nothing'; readonly note: string; readonly keepsDeposition: boolean }

const nothingEver = 'Nothing to submit: this version has no file with content, and nothing was submitted before.'
const nothingLeft = 'This version has no file with content; what earlier versions published stays as it is.'
const waitsForPublish =
  'The files are the published ones. Zenodo shows the changed metadata once this version is published there.'

/** The plan of a run. */
export function planSteps(situation: Situation): Plan {
  if (situation.publishedByUs) return work('reuse', ['create', 'publish'])
  if (situation.editsInPlace) return planInPlace(situation)
  if (situation.wanted === 0) return planWithoutFiles(situation)
  if (situation.publishedEquals) return planWithoutDraft(situation)
  const beginning = beginVersion(situation)
  if (endsPublished(situation.type)) return work(beginning, ['create', 'metadata', 'upload', 'verify', 'publish'])
  if (situation.unchanged && situation.deposition !== null) {
    if (situation.deposition.state === 'unsubmitted') return work(beginning, ['create', 'metadata'])
    return { kind: 'nothing', note: waitsForPublish, keepsDeposition: true }
  }
  return work(beginning, ['create', 'metadata', 'upload', 'verify'])
}

function work(beginning: Beginning, steps: readonly Step[]): Plan {
  return { kind: 'work', beginning, steps }
}

function planInPlace({ deposition }: Situation): Plan {
  const beginning = deposition === null ? 'create' : deposition.state === 'done' ? 'reopen' : 'reuse'
  return work(beginning, ['create', 'metadata', 'upload', 'verify', 'publish'])
}

/** An empty draft is dropped when its version is published; until then it only loses its files. */
function planWithoutFiles({ deposition, type }: Situation): Plan {
  if (deposition === null) return { kind: 'nothing', note: nothingEver, keepsDeposition: false }
  if (deposition.state !== 'unsubmitted') return { kind: 'nothing', note: nothingLeft, keepsDeposition: false }
  if (endsPublished(type)) return work('reuse', ['create', 'upload', 'verify', 'discard'])
  return work('reuse', ['create', 'metadata', 'upload', 'verify'])
}

/** Publishing the draft would make a version with the files of the one before: the record is edited instead. */
function planWithoutDraft({ type }: Situation): Plan {
  if (endsPublished(type)) return work('drop_draft_then_reopen', ['create', 'metadata', 'upload', 'verify', 'publish'])
  return work('drop_draft', ['create', 'upload', 'verify'])
}

function beginVersion({ deposition, unchanged }: Situation): Beginning {
  if (deposition === null) return 'create'
  if (deposition.state === 'unsubmitted') return 'reuse'
  if (deposition.state === 'inprogress') return unchanged ? 'reuse' : 'drop_edit_then_new_version'
  return unchanged ? 'reopen' : 'new_version'
}
