/** What is there to tell about where a copy stands, why, and what a person can do next? In words, for every door. */
import { nextState, type PersonAction, personActions } from '../core/copy-state.ts'
import type { CopyJson } from './copy-json.ts'

interface Story {
  readonly copy: CopyJson
  /** The copies of the dataset and family, by position. */
  readonly chain: readonly CopyJson[]
  /** What keeps every copy waiting just now, a line each. */
  readonly standstill: readonly string[]
}

/** What there is at the end of a copy of each type. */
export const endings: Readonly<Record<CopyJson['type'], string>> = {
  data: 'the data files, published at Zenodo',
  software: 'the software files, submitted to Zenodo as a draft',
  software_publish: 'the publication of the software files at Zenodo',
  supp: 'the supplemental files, submitted to Zenodo as a draft',
  supp_publish: 'the publication of the supplemental files at Zenodo',
}

/** A line for each thing to say; those about an error come in pairs, of which the second is what can be done. */
export function whereItStands({ copy, chain, standstill }: Story): string[] {
  const attempts = copy.attempts === 0 ? '' : `, after ${copy.attempts} ${copy.attempts === 1 ? 'attempt' : 'attempts'}`
  switch (copy.state) {
    case 'enqueued':
      return [...waiting({ copy, chain, standstill }), ...standstill, ...lastError(copy)]
    case 'replicating':
      return [`The worker is at it: step ${copy.step ?? 'create'}${attempts}.`]
    case 'finished':
      return [`It was finished at ${copy.finishedAt ?? copy.updatedAt}.`]
    case 'error':
      return [`It has failed${attempts}, and goes no further by itself.`, ...lastError(copy)]
    case 'deferred':
      return ['A person has deferred it. It waits until it is resumed.', ...lastError(copy)]
    case 'cancelled':
      return ['A person has cancelled it. Later copies of the dataset do not wait for it.', ...lastError(copy)]
  }
}

function waiting({ copy, chain, standstill }: Story): string[] {
  const ahead = aheadOf({ copy, chain })
  if (ahead) {
    const which = `copy ${ahead.id} (${ahead.type} of version ${ahead.version.number}, ${ahead.state})`
    const why = ahead.error === null ? [] : [`That one failed: ${ahead.error.message}`, `  hint: ${ahead.error.hint}`]
    return [`It waits for ${which}, which goes first.`, ...why]
  }
  if (Date.parse(copy.runAfter) > Date.now()) return [`It waits in the queue, not before ${copy.runAfter}.`]
  return [standstill.length > 0 ? 'It is due, but nothing is claimed now:' : 'It is due, and waits for the worker.']
}

function lastError({ error }: CopyJson): string[] {
  return error === null ? [] : [`Last error (${error.code}): ${error.message}`, `  hint: ${error.hint}`]
}

/** The copy that holds this one back; undefined when none does. */
export function aheadOf({ copy, chain }: Pick<Story, 'copy' | 'chain'>): CopyJson | undefined {
  return chain.find((other) => other.id === copy.blockedBy)
}

export const actionMeanings: Readonly<Record<PersonAction, string>> = {
  requeue: 'try it again, with all its attempts',
  defer: 'park it for a while',
  resume: 'put it back into the queue',
  cancel: 'decide that it will not go',
}

/** What a person can do to a copy. Putting one back that waits untried would change nothing. */
export function actionsOn(copy: CopyJson): PersonAction[] {
  const untried = copy.state === 'enqueued' && copy.attempts === 0 && copy.error === null
  return personActions.filter((action) => nextState(copy.state, action) !== null && !(untried && action === 'requeue'))
}

/** Why there is nothing to do about a copy on which nothing can be done. */
export function nothingToDo({ state }: CopyJson): string {
  return state === 'finished' ? 'Nothing is needed.' : 'Nothing now: the worker is busy with it.'
}
