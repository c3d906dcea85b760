/** Which part of a history is enough to break the same law? Acts are left out, one after the other, while it still does. */
import type { Act, History } from './history.ts'

/** @param fails plays a history and tells whether it breaks the law. @param tries how often, at most */
export async function smaller(
  history: History,
  fails: (candidate: History) => Promise<boolean>,
  tries: number,
): Promise<History> {
  let smallest = history
  let left = tries
  for (let changed = true; changed && left > 0; ) {
    changed = false
    for (const candidate of candidates(smallest)) {
      if (left-- <= 0) break
      if (!(await fails(candidate))) continue
      smallest = candidate
      changed = true
      break
    }
  }
  return smallest
}

/** A history, each time a little simpler; large steps first. */
function* candidates(history: History): Generator<History> {
  const { acts } = history
  for (let size = Math.ceil(acts.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = acts.length - size; start >= 0; start -= size)
      yield { ...history, acts: acts.toSpliced(start, size) }
  }
  for (const [index, act] of acts.entries()) {
    for (const simpler of simplerActs(act)) yield { ...history, acts: acts.with(index, simpler) }
  }
}

function* simplerActs(act: Act): Generator<Act> {
  if (act.act === 'work') {
    for (const index of act.during.keys()) yield { ...act, during: act.during.toSpliced(index, 1) }
    if (act.end !== 'idle') yield { ...act, end: 'idle' }
  }
  if ('edits' in act) for (const index of act.edits.keys()) yield { ...act, edits: act.edits.toSpliced(index, 1) }
  if ('newTitle' in act && act.newTitle) yield { ...act, newTitle: false }
  if (act.act === 'fault' && act.times > 1) yield { ...act, times: 1 }
  if (act.act === 'fault' && act.skip > 0) yield { ...act, skip: 0 }
}
