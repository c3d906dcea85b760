/** Which keys work on the pages? */
import { html } from 'htm/preact'
import { page, readers } from './page.ts'
import { Table } from './parts/table.ts'

const keys: ReadonlyArray<readonly [string, string]> = [
  ['j, k', 'the next and the previous row of a list'],
  ['Enter, o', 'open the row'],
  ['x', 'select the row, or leave it'],
  ['r', 'requeue: the copy of the page, or what is selected'],
  ['/', 'search'],
  ['p', 'pause the updates of the page, and go on'],
  ['?', 'these keys, on any page'],
  ['g and a letter', 'another page: the letters stand beside the names when g is pressed'],
  ['Escape', 'close what is open'],
]

export const aboutKeysPage = page({
  path: '/keys',
  roles: readers,
  nav: null,
  show: async () => ({
    title: 'Keys',
    live: false,
    body: html`<p>Everything can be done by Tab and Enter as well. With the scripts of the page there are also these keys:</p>
      <${Table}
        caption="Keys of the console" quiet id=${([key]: readonly [string, string]) => `key-${key}`} rows=${keys}
        columns=${[
          { heading: 'Key', names: true, cell: ([key]: readonly [string, string]) => html`<kbd>${key}</kbd>` },
          { heading: 'What it does', cell: ([, what]: readonly [string, string]) => what },
        ]}
      />`,
  }),
})
