/**
 * How far has the log of events been read? Ids are given out when a transaction writes and are seen when it commits, so a lower
 * id may come after a higher one: what was jumped over is remembered, and looked at again for a while.
 */

/** Ids that were not there when a higher one was, both ends included. */
export interface Gap {
  readonly from: number
  readonly to: number
  /** By a clock of the reader that only grows. */
  readonly sinceMs: number
}

/** All up to `head` was told but what lies in the gaps, which ascend. */
export interface LogPosition {
  readonly head: number
  readonly gaps: readonly Gap[]
}

/** After these were told. @param ids ascending; each is beyond the head or in a gap */
export function withTold({ head, gaps }: LogPosition, ids: readonly number[], nowMs: number): LogPosition {
  const late = ids.filter((id) => id <= head)
  const left = late.length === 0 ? gaps : gaps.flatMap((gap) => without(gap, late))
  const opened: Gap[] = []
  let newHead = head
  for (const id of ids) {
    if (id <= newHead) continue
    if (id > newHead + 1) opened.push({ from: newHead + 1, to: id - 1, sinceMs: nowMs })
    newHead = id
  }
  return { head: newHead, gaps: [...left, ...opened] }
}

function without(gap: Gap, ids: readonly number[]): Gap[] {
  const left: Gap[] = []
  let { from } = gap
  for (const id of ids) {
    if (id < from || id > gap.to) continue
    if (id > from) left.push({ ...gap, from, to: id - 1 })
    from = id + 1
  }
  if (from <= gap.to) left.push({ ...gap, from })
  return left
}

/** Without gaps that were seen before that time: what wrote into them has ended without a commit. */
export function withoutOldGaps({ head, gaps }: LogPosition, beforeMs: number): LogPosition {
  return { head, gaps: gaps.filter(({ sinceMs }) => sinceMs >= beforeMs) }
}

/** Whether an event is still to be told. */
export function isUntold({ head, gaps }: LogPosition, id: number): boolean {
  return id > head || gaps.some(({ from, to }) => id >= from && id <= to)
}

/** More gaps make the text too long for a header: what lies behind the last of them is told again. */
const mostGaps = 40

/** As it is sent to a listener: `1200`, or with gaps `1200.903-907.950-950`. */
export function positionText({ head, gaps }: LogPosition): string {
  const tooMany = gaps[mostGaps]
  const end = tooMany === undefined ? head : tooMany.from - 1
  return [String(end), ...gaps.slice(0, mostGaps).map(({ from, to }) => `${from}-${to}`)].join('.')
}

/** What a listener sent back; null: it is not of ours. */
export function parsePosition(text: string): LogPosition | null {
  if (!/^\d{1,15}(\.\d{1,15}-\d{1,15}){0,40}$/.test(text)) return null
  const [head, ...parts] = text.split('.')
  const gaps = parts.map((part) => {
    const [from, to] = part.split('-').map(Number)
    return { from: from ?? 0, to: to ?? 0, sinceMs: 0 }
  })
  return { head: Number(head), gaps }
}
