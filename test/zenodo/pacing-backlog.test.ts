/** Does a backlog go as fast as Zenodo's documented limits allow, without a refusal? Hours of it, by a clock of its own. */
import { expect, test } from 'vitest'
import { HttpError } from '../../src/emulator/http-answer.ts'
import { createRateLimiter } from '../../src/emulator/rate-limit.ts'
import { defaultSettings } from '../../src/emulator/settings.ts'
import { afterAnswer, afterSending, delayBefore, startPacing } from '../../src/zenodo/pacing.ts'
import type { WireAnswer } from '../../src/zenodo/rate-headers.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
/** Of tokens (developers.zenodo.org, rate limiting). */
const documented = { requestsPerMinute: 100, requestsPerHour: 5000 }
/** 2,000 small copies of eight requests each. */
const requests = 16_000

interface Run {
  readonly refused: number
  readonly endedAt: number
}

interface Answering {
  readonly at: number
  readonly answer: WireAnswer
}

/** @param latencyMs for the n-th request, how long it takes to Zenodo, and its answer back */
function backlog(atOnce: number, latencyMs: (turn: number) => readonly [number, number]): Run {
  let now = 0
  let state = startPacing({ perMinute: 100, perHour: 5000 })
  let serverNow = 0
  const limiter = createRateLimiter(() => serverNow)
  const settings = { ...defaultSettings, ...documented }
  let refused = 0
  let answers: Answering[] = []
  for (let turn = 0; turn < requests; ) {
    const delay = delayBefore(state, now)
    const next = answers.reduce<Answering | null>(
      (first, one) => (first === null || one.at < first.at ? one : first),
      null,
    )
    if (next !== null && (answers.length >= atOnce || next.at <= now + delay)) {
      answers = answers.filter((one) => one !== next)
      now = Math.max(now, next.at)
      state = afterAnswer(state, next.answer, { now, wallMs: now })
      continue
    }
    now += delay
    state = afterSending(state, now)
    const [there, back] = latencyMs(turn)
    serverNow = Math.max(serverNow, now + there)
    const answer = answerOf(() => limiter.count({ client: 'us', isGuest: false, isSearch: false }, settings))
    if (answer.status === 429) refused += 1
    else turn += 1
    answers.push({ at: serverNow + back, answer })
  }
  return { refused, endedAt: now }
}

function answerOf(count: () => Readonly<Record<string, unknown>>): WireAnswer {
  try {
    return { status: 200, headers: texts(count()) }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return { status: error.status, headers: texts(error.headers) }
  }
}

function texts(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** From 1 to 900 ms each way, never twice the same in a row. */
const jitter = (turn: number): readonly [number, number] => [1 + ((turn * 7919) % 900), 1 + ((turn * 104_729) % 900)]

test.each([
  { way: 'quick answers, one at a time', atOnce: 1, latencyMs: () => [5, 20] as const },
  { way: 'answers that overtake each other', atOnce: 48, latencyMs: jitter },
  {
    way: 'answers that are slow now and then',
    atOnce: 8,
    latencyMs: (turn: number) => [turn % 97 === 0 ? 1900 : 30, 200] as const,
  },
])('2,000 small copies go at nine tenths of the documented pace and more, and none is refused: $way', (world) => {
  const { refused, endedAt } = backlog(world.atOnce, world.latencyMs)
  expect(refused).toBe(0)
  // what the windows let through until the last one went: whole hours in full, the last begun one by the minute
  const hours = Math.floor(requests / documented.requestsPerHour)
  const rest = Math.ceil((requests - hours * documented.requestsPerHour) / documented.requestsPerMinute) - 1
  expect(endedAt).toBeLessThan((hours * hourMs + rest * minuteMs) / 0.9)
})
