/** Under which id does InvenioRDM know a licence of the deposit API? (zenodo-rdm, legacy licence tables) */

/** Old ids whose vocabulary id is another than they themselves in lower case. */
const vocabularyIds: ReadonlyMap<string, string> = new Map([
  ['cc-zero', 'cc0-1.0'],
  ['cc-by', 'cc-by-4.0'],
  ['cc-by-sa', 'cc-by-sa-4.0'],
  ['cc-nc', 'cc-by-nc-2.0'],
  ['mit-license', 'mit'],
  ['apache', 'apache-2.0'],
  ['apache2.0', 'apache-2.0'],
  ['agpl-v3', 'agpl-3.0-only'],
  ['agpl-3.0', 'agpl-3.0-only'],
  ['gpl-2.0', 'gpl-2.0-only'],
  ['gpl-3.0', 'gpl-3.0-only'],
  ['lgpl-2.1', 'lgpl-2.1-only'],
  ['lgpl-3.0', 'lgpl-3.0-only'],
  ['isc-license', 'isc'],
  ['zlib-license', 'zlib'],
  ['mozilla', 'mpl-1.0'],
  ['mozilla1.1', 'mpl-1.1'],
  ['uoi-ncsa', 'ncsa'],
  ['odc-by', 'odc-by-1.0'],
  ['odc-odbl', 'odbl-1.0'],
  ['odc-pddl', 'pddl-1.0'],
  ['odc-pddl-1.0', 'pddl-1.0'],
  ['ecl2', 'ecl-2.0'],
  ['eclipse-1.0', 'epl-1.0'],
  ['artistic-license-2.0', 'artistic-2.0'],
])

/** Licences that have a title only. */
const titles: ReadonlyMap<string, string> = new Map([
  ['other-open', 'Other (Open)'],
  ['other-closed', 'Other (Not Open)'],
  ['other-at', 'Other (Attribution)'],
  ['other-nc', 'Other (Non-Commercial)'],
  ['other-pd', 'Other (Public Domain)'],
  ['notspecified', 'License Not Specified'],
])

export function rightsOf(licence: string | undefined) {
  const id = (licence ?? '').trim().toLowerCase()
  if (id === '') return undefined
  const title = titles.get(id)
  return [title === undefined ? { id: vocabularyIds.get(id) ?? id } : { title: { en: title } }]
}
