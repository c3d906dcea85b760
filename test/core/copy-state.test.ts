import { describe, expect, it } from 'vitest'
import type { CopyState } from '../../src/core/copy.ts'
import { nextState, personActions, requireAction, statesAllowing, transitions } from '../../src/core/copy-state.ts'
import { isFailure } from '../../src/core/failure.ts'

const states = Object.keys(transitions) as CopyState[]

describe('the state table', () => {
  it('leads to known states only', () => {
    for (const row of Object.values(transitions)) for (const to of Object.values(row)) expect(states).toContain(to)
  })

  it('96: moves a finished copy nowhere, whatever is asked of it', () => {
    for (const action of [...personActions, 'claim', 'retry', 'rescue', 'fail'])
      expect(nextState('finished', action)).toBeNull()
  })

  it.each([
    ['requeue', ['enqueued', 'error', 'cancelled']],
    ['defer', ['enqueued', 'error']],
    ['resume', ['deferred']],
    ['cancel', ['enqueued', 'error', 'deferred']],
  ] as const)('lets a person %s from %s', (action, from) => {
    expect(statesAllowing(action).toSorted()).toEqual([...from].toSorted())
  })

  it('refuses with the reason and the states it would be allowed from', () => {
    const refusal = () => requireAction({ id: 7, state: 'replicating' }, 'requeue')
    expect(refusal).toThrow('Cannot requeue copy 7: the worker is busy with it')
    try {
      refusal()
    } catch (error) {
      expect(isFailure(error, 'action_refused') && error.details.allowedFrom).toBe('enqueued, error, cancelled')
    }
  })
})
