/** Which drafts of the account are listed, and how far back are pages asked for? */
import { expect, test } from 'vitest'
import { all, answering, depositionJson, failureOf, origin, setup } from './setup.ts'

const base = `${origin}/api/deposit/depositions`
const page = (number: number) => `${base}?sort=newest&size=100&page=${number}`
const day = (number: number) => `2026-08-${String(number).padStart(2, '0')}T09:12:33.123456+00:00`

/** A full page of published records, the last one created on the day. */
const fullPage = (firstId: number, created: string) =>
  Array.from({ length: 100 }, (_, index) => depositionJson({ id: firstId - index, state: 'done', created }))

test('lists drafts with their keywords, and never what is published or open for editing', async () => {
  const seen = answering([
    200,
    [
      depositionJson({ id: 5, title: 'Bees', metadata: { keywords: ['bees', 'ref:77'] }, links: {} }),
      depositionJson({ id: 4, metadata: { keywords: null } }),
      depositionJson({ id: 3, metadata: undefined, title: null }),
      depositionJson({ id: 2, metadata: { keywords: ['ref:77'] }, state: 'done', submitted: true }),
      depositionJson({ id: 1, metadata: { keywords: ['ref:77'] }, state: 'inprogress', submitted: true }),
    ],
  ])
  const { zenodo, signal } = setup()
  expect(await all(zenodo.ownDrafts('2026-01-01T00:00:00.000Z', signal))).toEqual([
    {
      id: 5,
      conceptRecid: '20000001',
      title: 'Bees',
      keywords: ['bees', 'ref:77'],
      createdAt: '2026-08-21T09:12:33.123Z',
      modifiedAt: '2026-08-21T09:12:33.223Z',
    },
    expect.objectContaining({ id: 4, keywords: [] }),
    expect.objectContaining({ id: 3, keywords: [], title: '' }),
  ])
  expect(seen.map(({ url }) => url)).toEqual([page(1)])
})

test('asks for page after page, each draft once, until one ends before the time that matters', async () => {
  const seen = answering(
    [200, fullPage(1000, day(20))],
    // the first row was pushed on to this page by a deposition that was created meanwhile
    [200, [depositionJson({ id: 901, created: day(20) }), ...fullPage(900, day(9)).slice(1)]],
  )
  const { zenodo, signal } = setup()
  const drafts = await all(zenodo.ownDrafts('2026-08-10T00:00:00.000Z', signal))
  expect(drafts.map(({ id }) => id)).toEqual([])
  expect(seen.map(({ url }) => url)).toEqual([page(1), page(2)])
})

test('finds a draft behind more than a hundred others, and asks for no page that nobody reads', async () => {
  const wanted = depositionJson({ id: 850, created: day(15) })
  const seen = answering([200, fullPage(1000, day(20))], [200, [wanted, ...fullPage(849, day(14)).slice(1)]])
  const { zenodo, signal } = setup()
  for await (const draft of zenodo.ownDrafts('2026-08-10T00:00:00.000Z', signal)) {
    expect(draft.id).toBe(850)
    break
  }
  expect(seen.map(({ url }) => url)).toEqual([page(1), page(2)])
})

test('stops where the index does, after ten thousand rows', async () => {
  const seen = answering([200, fullPage(1000, day(20))])
  const { zenodo, signal } = setup()
  expect(await all(zenodo.ownDrafts('2026-08-10T00:00:00.000Z', signal))).toEqual([])
  expect(seen).toHaveLength(100)
})

test('does not take a row without a time for one', async () => {
  answering([200, [depositionJson({ created: 'yesterday' })]])
  const { zenodo, signal } = setup({ retries: 0 })
  const work = all(zenodo.ownDrafts('2026-08-10T00:00:00.000Z', signal))
  expect(await failureOf(work)).toMatchObject({ code: 'zenodo_unexpected_answer' })
})
