import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CopyType, copyTypes, endsPublished } from '../../src/core/copy.ts'
import { planSteps, type Situation } from '../../src/core/steps.ts'

const draft = { state: 'unsubmitted' } as const
const done = { state: 'done' } as const
const editing = { state: 'inprogress' } as const
const base: Situation = {
  type: 'software',
  editsInPlace: false,
  deposition: null,
  wanted: 2,
  unchanged: false,
  publishedEquals: false,
  publishedByUs: false,
}

const told = (situation: Partial<Situation>) => {
  const plan = planSteps({ ...base, ...situation })
  return plan.kind === 'nothing' ? 'nothing' : `${plan.beginning}: ${plan.steps.join(' ')}`
}

describe('the steps of a run', () => {
  it.each<[string, Partial<Situation>, string]>([
    ['26: a first submission', {}, 'create: create metadata upload verify'],
    ['27: an open draft with changed files', { deposition: draft }, 'reuse: create metadata upload verify'],
    [
      '28: a published deposition with changed files',
      { deposition: done },
      'new_version: create metadata upload verify',
    ],
    ['29: an open draft with changed metadata only', { deposition: draft, unchanged: true }, 'reuse: create metadata'],
    ['30: a published deposition with changed metadata only', { deposition: done, unchanged: true }, 'nothing'],
    ['31: nothing now and nothing before', { wanted: 0 }, 'nothing'],
    [
      '54: changed files and an edit that somebody left open',
      { deposition: editing },
      'drop_edit_then_new_version: create metadata upload verify',
    ],
    [
      '42: published, metadata changed, publish',
      { type: 'software_publish', deposition: done, unchanged: true },
      'reopen: create metadata upload verify publish',
    ],
    [
      '43: a draft with its files, publish',
      { type: 'software_publish', deposition: draft, unchanged: true },
      'reuse: create metadata upload verify publish',
    ],
    [
      '47: an empty draft, publish',
      { type: 'software_publish', deposition: draft, wanted: 0 },
      'reuse: create upload verify discard',
    ],
    ['10: first data copy', { type: 'data', editsInPlace: true }, 'create: create metadata upload verify publish'],
    [
      '20: a data deposition that is open',
      { type: 'data', editsInPlace: true, deposition: editing },
      'reuse: create metadata upload verify publish',
    ],
    [
      '21: a published data deposition',
      { type: 'data', editsInPlace: true, deposition: done },
      'reopen: create metadata upload verify publish',
    ],
    [
      'a data version with a DOI of Zenodo',
      { type: 'data', deposition: done },
      'new_version: create metadata upload verify publish',
    ],
    [
      '52: a draft, but the record before it has the files, submission',
      { deposition: draft, publishedEquals: true },
      'drop_draft: create upload verify',
    ],
    [
      '52: a draft, but the record before it has the files, publish',
      { type: 'supp_publish', deposition: draft, publishedEquals: true },
      'drop_draft_then_reopen: create metadata upload verify publish',
    ],
    [
      '44: a publish that was done although it was not answered',
      { type: 'supp_publish', deposition: done, unchanged: true, publishedByUs: true },
      'reuse: create publish',
    ],
  ])('%s', (_name, situation, expected) => {
    expect(told(situation)).toBe(expected)
  })

  it('never discards anything but a draft without wanted files, and never uploads into the edit of a version', () => {
    const situation = fc.record({
      type: fc.constantFrom<CopyType>(...copyTypes),
      editsInPlace: fc.constant(false),
      deposition: fc.constantFrom(null, draft, done, editing),
      wanted: fc.nat(3),
      unchanged: fc.boolean(),
      publishedEquals: fc.boolean(),
      publishedByUs: fc.constant(false),
    })
    fc.assert(
      fc.property(situation, (one) => {
        const plan = planSteps(one)
        if (plan.kind === 'nothing') return
        if (plan.steps.includes('discard')) expect([one.wanted, one.deposition]).toEqual([0, draft])
        if (plan.steps.includes('publish')) expect(endsPublished(one.type) && one.wanted > 0).toBe(true)
        if (plan.beginning === 'reuse' && one.deposition === editing) expect(one.unchanged).toBe(true)
      }),
    )
  })
})
