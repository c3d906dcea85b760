/** How many copies stand where? Each number leads to its list. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyState } from '../../core/copy.ts'
import { Icon, type IconName } from '../icon.ts'
import type { Standing } from './overview-page.ts'

interface Tile {
  readonly word: string
  readonly icon: IconName
  readonly count: number
  readonly to: string
  readonly about: string
}

export function Standings({ counts, waiting }: Standing): VNode {
  const of = (state: CopyState) =>
    counts.filter((one) => one.state === state).reduce((sum, { count }) => sum + count, 0)
  const tiles: readonly Tile[] = [
    {
      word: 'waiting',
      icon: 'waiting',
      count: waiting.due + waiting.later,
      to: '/copies?state=enqueued&blocked=false',
      about: waiting.later === 0 ? 'could run now' : `${waiting.later.toLocaleString('en')} of them for their time`,
    },
    {
      word: 'blocked',
      icon: 'blocked',
      count: waiting.blocked,
      to: '/copies?blocked=true',
      about: 'wait for an earlier copy',
    },
    {
      word: 'running',
      icon: 'running',
      count: of('replicating'),
      to: '/copies?state=replicating',
      about: 'the worker is busy with them',
    },
    { word: 'error', icon: 'error', count: of('error'), to: '/copies?state=error', about: 'need a person' },
    {
      word: 'deferred',
      icon: 'deferred',
      count: of('deferred'),
      to: '/copies?state=deferred',
      about: 'parked by a person',
    },
    { word: 'finished', icon: 'finished', count: of('finished'), to: '/copies?state=finished', about: 'at Zenodo' },
    {
      word: 'cancelled',
      icon: 'cancelled',
      count: of('cancelled'),
      to: '/copies?state=cancelled',
      about: 'will not go',
    },
  ]
  return html`<ul class="tiles" aria-label="Copies by state">${tiles.map(
    ({ word, icon, count, to, about }) =>
      html`<li><a href=${to}><span class="tile-count number">${count.toLocaleString('en')}</span> <span class="tile-word"><${Icon} name=${icon} />${word}</span> <small>${about}</small></a></li>`,
  )}</ul>`
}
