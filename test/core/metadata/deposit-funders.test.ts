import { expect, test } from 'vitest'
import { funderParagraphs } from '../../../src/core/metadata/deposit-funders.ts'

test('88: funders are told escaped, line by line, and only as far as they are known', () => {
  const fundingReferences = [
    {
      funderName: 'A & B <Co>',
      funderIdentifier: '10.13039/1',
      funderIdentifierType: 'crossref_funder_id',
      awardNumber: 7,
    },
    { funderName: 'No award', funderIdentifier: 'https://ror.org/1', awardNumber: '' },
    { funderName: 'By hand', funderIdentifier: 'x-1', awardNumber: 'n/a' },
    { funderName: 'Grid', funderIdentifier: 'grid.1', funderIdentifierType: 'GRID' },
    { funderName: null, awardNumber: '1' },
    { funderName: 'N/A', awardNumber: '2' },
    { funderName: ' ' },
  ]
  expect(funderParagraphs(fundingReferences)).toEqual([
    '<p>Funding provided by: A &amp; B &lt;Co&gt;<br>Crossref Funder Registry ID: 10.13039/1<br>Award Number: 7</p>',
    '<p>Funding provided by: No award<br>ROR ID: https://ror.org/1</p>',
    '<p>Funding provided by: By hand<br>Funder ID: x-1</p>',
    '<p>Funding provided by: Grid<br>GRID ID: grid.1</p>',
  ])
})
