/** Section G of the checklist, second part: which metadata are refused, and in which words. */
import { expect, test } from 'vitest'
import { startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

const licenceShape = "Invalid license value provided (expected string, or object with 'id' key): "
const communityShape = "Communities must be an array of objects with an 'identifier' key."
const related = 'metadata.related_identifiers'

test.each([
  ['7.G 104: a numeric licence', { license: 1 }, 'metadata.license', `${licenceShape}1`],
  ['7.G 104: a list of licences', { license: ['mit'] }, 'metadata.license', `${licenceShape}["mit"]`],
  [
    '7.G 104: an empty licence object',
    { license: {} },
    'metadata.license',
    "Invalid license object provided (missing 'id' key): {}",
  ],
  ['7.G 105: an unknown licence', { license: 'cc-by-nc' }, 'metadata.license', 'Invalid license provided: cc-by-nc'],
  [
    '7.G 105: the name of a licence',
    { license: 'MIT License' },
    'metadata.license',
    'Invalid license provided: MIT License',
  ],
  [
    '7.G 107: an object of related identifiers',
    { related_identifiers: {} },
    related,
    'related_identifiers must be a list',
  ],
  [
    '7.G 107: a related identifier that is no object',
    { related_identifiers: ['x'] },
    `${related}.0`,
    'Each related identifier must be an object',
  ],
  [
    '7.G 107: a relation that is no text',
    {
      related_identifiers: [
        { identifier: '10.1234/x', relation: 'cites' },
        { identifier: '10.1/x', relation: 1 },
      ],
    },
    `${related}.1.relation`,
    'relation must be a string',
  ],
  [
    '3.2: a related identifier of no scheme',
    { related_identifiers: [{ identifier: 'what?', relation: 'cites' }] },
    `${related}.scheme`,
    'No valid scheme recognized for identifier.',
  ],
  ['7.G 108: communities as an object', { communities: {} }, 'communities', communityShape],
  ['7.G 108: communities as texts', { communities: ['c1'] }, 'communities', communityShape],
  ['7.G 108: communities by id', { communities: [{ id: 'c1' }] }, 'communities', communityShape],
  ['7.G 110: an unknown access right', { access_right: 'secret' }, '_schema', 'Unknown access type.'],
  ['7.G 110: an embargo without a date', { access_right: 'embargoed' }, '_schema', 'Unknown access type.'],
  [
    '7.G 116: a language of four letters',
    { language: 'engl' },
    'metadata.language',
    'Language must be either ISO-639-1 or 639-2 compatible.',
  ],
  ['3.2: a date without a date', { dates: [{ type: 'Collected' }] }, 'metadata.dates', 'Invalid date provided.'],
  ['3.2: a null title', { title: null }, 'metadata.title', 'Field may not be null.'],
])('%s is refused, and nothing is created or changed', async (_, metadata, field, message) => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft({ title: 'As it was' })
  for (const [method, path] of [
    ['POST', LIST],
    ['PUT', draft.links.self],
  ]) {
    const { data } = await zenodo.call(method, path, { json: { metadata } })
    expect(data).toEqual({
      status: 400,
      message: 'A validation error occurred.',
      errors: [{ field, messages: [message] }],
    })
  }
  expect((await zenodo.call('GET', LIST)).data).toMatchObject([{ title: 'As it was', modified: draft.modified }])
})

test.each([
  ['7.G 117: an unknown type', { upload_type: 'thing' }, 'thing'],
  ['7.G 117: an unknown subtype', { upload_type: 'publication', publication_type: 'novel' }, 'publication-novel'],
  ['3.2: an unknown role', { contributors: [{ name: 'A', type: 'Cook' }] }, 'cook'],
  ['3.2: an unknown relation', { related_identifiers: [{ identifier: '10.1234/x', relation: 'likes' }] }, 'likes'],
  ['7.G 116: an unknown language', { language: 'qqx' }, 'qqx'],
  ['7.G 118: an unknown award', { grants: [{ id: '99999' }] }, '00k4n6c32::99999'],
])('%s is refused without a list of errors, at POST and PUT', async (_, metadata, id) => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  for (const [method, path] of [
    ['POST', LIST],
    ['PUT', links.self],
  ]) {
    const { data } = await zenodo.call(method, path, { json: { metadata } })
    expect(data).toEqual({ status: 400, message: `Invalid value ${id}.` })
  }
})

test('7.G 118: with a vocabulary of all awards any number is taken', async () => {
  const zenodo = await startZenodo({ settings: { awards: 'any' } })
  const grants = [{ id: '10.13039/100000001::1' }, { id: '10.13039/501100000690::2' }, { id: '10.99999/none::3' }]
  const { metadata } = await zenodo.draft({ title: 'abc', grants })
  expect(metadata.grants).toEqual([grants[0], { id: '10.13039/100014013::2' }, grants[2]])
})

test.each([
  ['creators that are no objects', { creators: ['Doe'] }],
  ['an identifier without a relation', { related_identifiers: [{ identifier: '10.1234/x' }] }],
  ['a location without a place', { locations: [{ lat: 1, lon: 1 }] }],
  ['a grant without an id', { grants: [{}] }],
  ['a licence object without an id', { license: { name: 'mit' } }],
])('5.1 Q4: %s make the server fail', async (_, metadata) => {
  const zenodo = await startZenodo()
  expect((await zenodo.call('POST', LIST, { json: { metadata } })).status).toBe(500)
})
