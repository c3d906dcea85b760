import { html } from 'htm/preact'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { Timeline } from '../../src/console/copy/timeline.ts'
import type { CopyEvent } from '../../src/replication/ports/desk.ts'

const at = '2026-11-24T19:35:35.000Z'
const place = {
  depositionId: 42,
  conceptRecid: '41',
  doi: '10.5555/demo',
  recordUrl: 'https://zenodo.example/deposit/42',
}
const events = [
  ['enqueued', { type: 'data' }],
  ['step', { step: 'create', ...place, how: 'reopen', state: 'inprogress' }],
  ['step', { step: 'metadata', ...place, metadataDigest: '40cdbd', deposition: 42, title: 'Meadows' }],
  ['intent', { operation: 'remove_file', depositionId: 42, marker: null }],
  ['intent_settled', { operation: 'remove_file', depositionId: 42, marker: null, outcome: 'done' }],
  ['step', { step: 'upload', deposition: 42, sent: 2, removed: 1, kept: 0 }],
  ['intent', { operation: 'publish', depositionId: 42, marker: null }],
  ['error', { code: 'zenodo_refused', message: 'Zenodo answered 400.' }],
  ['requeue', { from: 'error', to: 'enqueued', reason: 'asked for' }],
  ['intent_settled', { operation: 'publish', depositionId: 42, marker: null, outcome: 'found_done' }],
  ['repointed', { from: 42, ...place, recordUrl: 'https://zenodo.example/records/42', by: 7 }],
  ['repointed', { from: 42, ...place, depositionId: 50, by: 9 }],
  ['something_new', {}],
] as const

describe('the story of a copy', () => {
  const shown = renderToString(html`<${Timeline} archived=${0} events=${events.map(eventOf)} />`)
  const told = [...shown.matchAll(/<li.*?<\/li>/gs)].map(([one]) => {
    const words = (pattern: RegExp) => [...one.matchAll(pattern)].map(([, text = '']) => text.replace(/<[^>]*>/g, ''))
    return [...words(/<h3>(.*?)<\/h3>/g), ...words(/<div>(.*?)<\/div>/g).map((text) => text.trim())]
  })

  it('says in words what happened, each fact once, and what was begun and done as one', () => {
    expect(told).toEqual([
      ['Enqueued'],
      [
        'There is a deposition to work on',
        'Deposition42',
        'Concept record41',
        'DOI at Zenodo10.5555/demo',
        'Addresshttps://zenodo.example/deposit/42',
        'How it beganthe published record was opened for an edit',
      ],
      ['The metadata stand at Zenodo', 'TitleMeadows'],
      ['A file was removed at Zenodo'],
      ['The files are at Zenodo', 'Files sent2', 'Files removed1'],
      ['About to publish at Zenodo'],
      ['Failed, and waits for a person'],
      ['Requeued', 'Whyasked for'],
      ['It was published at Zenodo, as a look there told'],
      ['Its address at Zenodo was renewed', 'Addresshttps://zenodo.example/records/42'],
      [
        'Points at deposition 50 now',
        'Deposition before42',
        'Deposition50',
        'Addresshttps://zenodo.example/deposit/42',
        'On account of copy9',
      ],
      ['something new'],
    ])
  })
})

function eventOf([kind, data]: readonly [string, CopyEvent['data']], index: number): CopyEvent {
  return { id: index + 1, copyId: 7, at, kind, actor: 'worker', data }
}
