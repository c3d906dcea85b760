/** What became of a stream of lines, added up? The same for whoever sent it. */
import type { LineResult } from './enqueue-lines.ts'

/** As many refused lines are listed; the others are counted. */
const listedAtMost = 100

interface RefusedLine {
  /** Where the line came from, when there may be several. */
  readonly file: string
  readonly line: number
  readonly error: { readonly code: string; readonly message: string; readonly hint: string }
}

export interface LineTally {
  /** That held a document. */
  lines: number
  accepted: number
  /** Copies that are new, and copies that were there already. */
  created: number
  existing: number
  /** Manifests that took the place of another one stored for their version. */
  replaced: number
  refused: number
  readonly firstRefused: RefusedLine[]
}

export function newTally(): LineTally {
  return { lines: 0, accepted: 0, created: 0, existing: 0, replaced: 0, refused: 0, firstRefused: [] }
}

export function addLine(tally: LineTally, file: string, result: LineResult): void {
  tally.lines += 1
  if (result.status === 'refused') {
    const { code, message, hint } = result.failure
    tally.refused += 1
    if (tally.firstRefused.length < listedAtMost) {
      tally.firstRefused.push({ file, line: result.line, error: { code, message, hint } })
    }
    return
  }
  const created = result.copies.filter((one) => one.created).length
  tally.accepted += 1
  tally.created += created
  tally.existing += result.copies.length - created
  if (result.replaced) tally.replaced += 1
}
