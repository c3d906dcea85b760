/** When may the next request go? By table and by property. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterAnswer, afterSending, delayBefore, type PacingState, startPacing } from '../../src/zenodo/pacing.ts'

const minute = 60_000
const hour = 3_600_000
/** A request may have arrived so much later than it was sent. */
const onTheWay = 2000
const wallMs = Date.parse('2026-11-01T12:00:00Z')
const start = startPacing({ perMinute: 3, perHour: 5 })

function sent(state: PacingState, ...times: readonly number[]): PacingState {
  return times.reduce(afterSending, state)
}

function heard(state: PacingState, now: number, status: number, headers: Record<string, string>): PacingState {
  return afterAnswer(state, { status, headers }, { now, wallMs })
}

const resetIn = (seconds: number) => String(wallMs / 1000 + seconds)

test.each([
  { when: 'nothing was sent', times: [], now: 0, delay: 0 },
  { when: 'the minute has room', times: [0, 10], now: 20, delay: 0 },
  { when: 'the minute is full', times: [0, 10, 20], now: 30, delay: minute + onTheWay - 30 },
  { when: 'the oldest has left the minute', times: [0, 10, 20], now: minute + onTheWay, delay: 0 },
  {
    when: 'the hour is full',
    times: [0, 1, 2, minute, minute + 1],
    now: 3 * minute,
    delay: hour + onTheWay - 3 * minute,
  },
  { when: 'the oldest has left the hour', times: [0, 1, 2, minute, minute + 1], now: hour + onTheWay, delay: 0 },
])('waits $delay ms when $when', ({ times, now, delay }) => {
  expect(delayBefore(sent(start, ...times), now)).toBe(delay)
})

const limitHeaders = (limit: number, remaining: number, seconds: number) => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': resetIn(seconds),
})

test.each([
  { when: 'the server allows more', status: 200, headers: limitHeaders(1000, 900, 30), perMinute: 1000, perHour: 5 },
  { when: 'the server allows less', status: 200, headers: limitHeaders(1, 1, 30), perMinute: 1, perHour: 5 },
  { when: 'the limit is an hourly one', status: 200, headers: limitHeaders(99, 9, 3000), perMinute: 3, perHour: 99 },
  { when: 'a refusal names a larger limit', status: 429, headers: limitHeaders(5000, 0, 30), perMinute: 3, perHour: 5 },
  { when: 'a refusal names a smaller limit', status: 429, headers: limitHeaders(2, 0, 30), perMinute: 2, perHour: 5 },
  { when: 'nothing is said', status: 200, headers: {}, perMinute: 3, perHour: 5 },
  {
    when: 'nonsense is said',
    status: 200,
    headers: { 'x-ratelimit-limit': '0', 'x-ratelimit-reset': 'soon' },
    perMinute: 3,
    perHour: 5,
  },
])('goes by $perMinute a minute and $perHour an hour when $when', ({ status, headers, perMinute, perHour }) => {
  expect(heard(start, 0, status, headers)).toMatchObject({ perMinute, perHour })
})

test.each([
  { when: 'a success names a wait', status: 200, headers: { 'retry-after': '40' }, delay: 0 },
  { when: 'a 429 names a wait', status: 429, headers: { 'retry-after': '39' }, delay: 39_000 },
  { when: 'a 429 names a reset only', status: 429, headers: { 'x-ratelimit-reset': resetIn(7) }, delay: 7000 },
  { when: 'a 429 names no wait', status: 429, headers: {}, delay: 15_000 },
  { when: 'a 429 names a day', status: 429, headers: { 'retry-after': '86400' }, delay: hour },
  {
    when: 'a 429 names a date',
    status: 429,
    headers: { 'retry-after': new Date(wallMs + 5000).toUTCString() },
    delay: 5000,
  },
  { when: 'a 503 names a wait', status: 503, headers: { 'retry-after': '20' }, delay: 20_000 },
  { when: 'a 503 names a long wait', status: 503, headers: { 'retry-after': '600' }, delay: minute },
  {
    when: 'a 503 carries the wait of the limiter',
    status: 503,
    headers: { 'retry-after': '20', ...limitHeaders(9, 9, 20) },
    delay: 0,
  },
  { when: 'a success leaves nothing over', status: 200, headers: limitHeaders(9, 0, 12), delay: 12_000 },
  { when: 'a success leaves one over', status: 200, headers: limitHeaders(9, 1, 12), delay: 0 },
])('waits $delay ms when $when', ({ status, headers, delay }) => {
  expect(delayBefore(heard(start, 100, status, headers), 100)).toBe(delay)
})

test('measures a reset against the clock of the answer, not against ours', () => {
  const theirs = wallMs + 7 * hour
  const headers = { 'x-ratelimit-reset': String(theirs / 1000 + 4), date: new Date(theirs).toUTCString() }
  expect(delayBefore(heard(start, 0, 429, headers), 0)).toBe(4000)
})

test('spends what an answer left over, until it resets', () => {
  const state = sent(heard(startPacing({ perMinute: 100, perHour: 100 }), 0, 200, limitHeaders(100, 2, 30)), 1, 2)
  expect(delayBefore(state, 3)).toBe(29_997)
  expect(delayBefore(state, 30_000)).toBe(0)
})

test('keeps the longer of two wishes', () => {
  const state = heard(heard(start, 0, 429, { 'retry-after': '30' }), 0, 429, { 'retry-after': '2' })
  expect(delayBefore(state, 0)).toBe(30_000)
})

test('106: never lets more than the limit into any minute or hour, and never waits for ever', () => {
  const limits = fc.record({ perMinute: fc.integer({ min: 1, max: 8 }), perHour: fc.integer({ min: 1, max: 30 }) })
  const pauses = fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 60 })
  fc.assert(
    fc.property(limits, pauses, (given, gaps) => {
      let state = startPacing(given)
      let now = 0
      const times: number[] = []
      for (const gap of gaps) {
        now += gap
        now += delayBefore(state, now)
        expect(delayBefore(state, now)).toBe(0)
        state = afterSending(state, now)
        times.push(now)
      }
      const most = (windowMs: number) =>
        Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length))
      expect(most(minute)).toBeLessThanOrEqual(given.perMinute)
      expect(most(hour)).toBeLessThanOrEqual(given.perHour)
    }),
    { numRuns: 60 },
  )
})

test('waits little more than an hour at most, whatever an answer says', () => {
  const text = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.string(), fc.constant(resetIn(99_999)))
  const answer = fc.record({
    status: fc.constantFrom(200, 429, 500, 503),
    headers: fc.record(
      {
        'x-ratelimit-limit': text,
        'x-ratelimit-remaining': text,
        'x-ratelimit-reset': text,
        'retry-after': text,
        date: text,
      },
      { requiredKeys: [] },
    ),
  })
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 5 }), (answers) => {
      const state = answers.reduce((current, each) => afterAnswer(current, each, { now: 0, wallMs }), start)
      const delay = delayBefore(afterSending(state, 0), 0)
      expect(delay).toBeGreaterThanOrEqual(0)
      // and as long as a request may be on its way
      expect(delay).toBeLessThanOrEqual(hour + 2000)
    }),
    { numRuns: 200 },
  )
})
