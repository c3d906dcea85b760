/** How do all who listen hear the same log? One reader looks while somebody listens, and tells each what they want. */
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isUntold, parsePosition, positionText, withTold } from '../core/log-position.ts'
import { createListener, type Listener } from './live-listener.ts'
import { createReader, type LiveReader, type News, type ReaderPorts } from './live-reader.ts'
import type { LiveQuery } from './live-schemas.ts'

const heartbeatSeconds = 15
/** An event leaves the log after a day at the earliest (`retention.days`). */
const resumeLimits = { events: 5000, ageMs: 24 * 3_600_000 }

export interface LiveHub {
  /**
   * @param lastId where one goes on who listened before
   * @throws Failure `database_unreachable`
   */
  join(query: LiveQuery, lastId: string | undefined): Promise<Listener>
  leave(listener: Listener): void
  /** Tells all of them that it ends. */
  close(): void
}

interface Joined {
  readonly listener: Listener
  /** What it heard when it joined, although the reader had not come to it. */
  readonly told: ReadonlySet<number>
}

export interface HubOptions {
  /** Milliseconds from one look to the next. */
  readonly everyMs: number
  readonly onTrouble: (error: unknown) => void
}

export function createHub(ports: ReaderPorts, { everyMs, onTrouble }: HubOptions): LiveHub {
  const joined = new Map<Listener, Joined>()
  const closed = new AbortController()
  const state: State = { reader: null, last: null, isAway: false }
  const inTurn = createTurns()
  let isRunning = false

  const isHeard = () => joined.size > 0 && !closed.signal.aborted
  const run = async () => {
    isRunning = true
    for (let beatAt = performance.now(); isHeard(); ) {
      const isMore = await inTurn(() => look(state, joined, onTrouble))
      if (performance.now() - beatAt > heartbeatSeconds * 1000) {
        beatAt = performance.now()
        for (const { listener } of joined.values()) listener.beat(idOf(state))
      }
      if (!isMore) await delay(everyMs, undefined, { signal: closed.signal }).catch(() => {})
    }
    isRunning = false
  }

  return {
    join: async (query, lastId) => {
      const one = await inTurn(async () => {
        if (joined.size === 0) Object.assign(state, { reader: await createReader(ports), last: null, isAway: false })
        const one = await begin(ports, state, { query, lastId })
        joined.set(one.listener, one)
        return one
      })
      if (closed.signal.aborted) stop(one.listener)
      if (!(isRunning || closed.signal.aborted)) void run()
      return one.listener
    },
    leave: (listener) => void joined.delete(listener),
    close: () => {
      closed.abort()
      for (const listener of joined.keys()) stop(listener)
    },
  }
}

function stop(listener: Listener): void {
  listener.end('stopping', 'The service stops. Connect again: it goes on from the last id.')
}

interface State {
  reader: LiveReader | null
  last: News | null
  isAway: boolean
}

function idOf({ reader }: State): string {
  return positionText(reader?.position() ?? { head: 0, gaps: [] })
}

/** One piece of work after the other: a look and a joining never cross. */
function createTurns() {
  let turn: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
}

interface Joining {
  readonly query: LiveQuery
  readonly lastId: string | undefined
}

/** What one hears first of all. */
async function begin(ports: ReaderPorts, state: State, { query, lastId }: Joining): Promise<Joined> {
  const listener = createListener(query)
  const from = lastId === undefined ? null : parsePosition(lastId)
  const missed = from === null ? null : await ports.feed.since(from, resumeLimits)
  if (from === null || missed === null) {
    listener.tell('hello', { heartbeatSeconds, resumed: false }, idOf(state))
    if (lastId !== undefined) listener.tell('reset', { message: tooFar })
    tellStanding(listener, state)
    return { listener, told: new Set() }
  }
  const ids = missed.map(({ id }) => id)
  listener.tell('hello', { heartbeatSeconds, resumed: true })
  listener.catchUp(missed, positionText(withTold(from, ids, 0)))
  tellStanding(listener, state)
  const position = state.reader?.position()
  return { listener, told: new Set(ids.filter((id) => position !== undefined && isUntold(position, id))) }
}

const tooFar =
  'What happened since the last id is more than is told afterwards, or is not known here. Load anew what is shown, and go on listening.'

function tellStanding(listener: Listener, { last, isAway }: State): void {
  if (isAway) listener.tell('database', { reachable: false })
  if (last === null) return
  listener.tell('service', last.service)
  const copies = last.running.filter(listener.wants)
  if (copies.length > 0) listener.tell('progress', { copies })
}

/** @returns whether there is more to be told at once */
async function look(
  state: State,
  joined: ReadonlyMap<Listener, Joined>,
  onTrouble: (error: unknown) => void,
): Promise<boolean> {
  if (state.reader === null) return false
  try {
    const news = await state.reader.read()
    if (state.isAway) for (const listener of joined.keys()) listener.tell('database', { reachable: true })
    const { last } = state
    Object.assign(state, { last: news, isAway: false })
    for (const one of joined.values()) tellNews(one, news, { last, id: idOf(state) })
    return news.isMore
  } catch (error) {
    if (!state.isAway) {
      onTrouble(error)
      for (const listener of joined.keys()) listener.tell('database', { reachable: false })
    }
    state.isAway = true
    return false
  }
}

function tellNews(
  { listener, told }: Joined,
  news: News,
  { last, id }: { readonly last: News | null; readonly id: string },
): void {
  const events = news.events.filter((event) => listener.wants(event) && !told.has(event.id))
  listener.cutIfSlow()
  // the last one says up to where all was told, so that what breaks off between comes again
  events.forEach((event, n) => {
    listener.tell('copy', event, n === events.length - 1 ? id : undefined)
  })
  if (!isDeepStrictEqual(news.service, last?.service)) listener.tell('service', news.service)
  const copies = news.running.filter(listener.wants)
  if (!isDeepStrictEqual(copies, last?.running.filter(listener.wants) ?? [])) listener.tell('progress', { copies })
}
