/** How does a person narrow the list? Search words first; the rest is folded away while nothing of it is used. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { copyTypes, families } from '../../core/copy.ts'
import { failureCodes } from '../../core/failure-codes.ts'
import { searchFields } from '../../core/search.ts'
import { Field, FilterForm, Select } from '../parts/forms.ts'
import type { ListView } from './list-query.ts'

const anything = ['', 'any'] as const
const same = (word: string) => [word, word] as const
/** By the tabs, or by a link. */
const kept = ['state', 'blocked', 'group']
const folded = [
  'type',
  'family',
  'error',
  'dataset',
  'size',
  'attempts',
  'youngerThan',
  'olderThan',
  'changedWithin',
  'unchangedFor',
]

const ages = [
  ['1h', 'an hour'],
  ['12h', '12 hours'],
  ['1d', 'a day'],
  ['7d', 'a week'],
  ['30d', '30 days'],
] as const

export function CopyFilterForm({ view: { said } }: { readonly view: ListView }): VNode {
  const used = folded.filter((name) => said[name] !== undefined)
  return html`<${FilterForm} to="/copies" label="Copies" reset=${Object.keys(said).length === 0 ? null : '/copies'}>
    ${kept.filter((name) => said[name] !== undefined).map((name) => html`<input type="hidden" name=${name} value=${said[name]} />`)}
    <label class="field wide"><span>Search${said.group === undefined ? '' : ' among errors of one kind'}</span><input type="search" name="q" value=${said.q} maxlength="1000" list="search-words" placeholder="id, DOI, title, error, or a word such as error:source_missing" /></label>
    <datalist id="search-words">${Object.entries(searchFields).map(([field, about]) => html`<option value=${`${field}:`}>${about}</option>`)}</datalist>
    <details class="more" open=${used.length > 0}><summary>More filters${used.length === 0 ? '' : ` (${used.length} in use)`}</summary>
      <div class="row"><${MoreFields} said=${said} /></div>
    </details>
  <//>`
}

function MoreFields({ said }: Pick<ListView, 'said'>): VNode {
  const field = (name: string, label: string, words: ReadonlyArray<readonly [string, string]>) =>
    html`<${Select} name=${name} label=${label} value=${said[name]} options=${[anything, ...words]} />`
  return html`
    ${field('type', 'Type', copyTypes.map(same))}
    ${field('family', 'Family', families.map(same))}
    ${field('error', 'Error', Object.keys(failureCodes).toSorted().map(same))}
    ${field('size', 'Size', ['large', 'small'].map(same))}
    <${Field} name="attempts" label="Attempts, at least" type="number" value=${said.attempts} />
    ${field('youngerThan', 'Came in within', aged(said.youngerThan))}
    ${field('olderThan', 'Came in longer ago than', aged(said.olderThan))}
    ${field('changedWithin', 'Changed within', aged(said.changedWithin))}
    ${field('unchangedFor', 'Unchanged for', aged(said.unchangedFor))}
    <${Field} name="dataset" label="DOI of the dataset" value=${said.dataset} />`
}

/** Also what an address says that is none of these. */
function aged(value: string | undefined): ReadonlyArray<readonly [string, string]> {
  return value === undefined || ages.some(([key]) => key === value) ? ages : [...ages, same(value)]
}
