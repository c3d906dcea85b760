/** How is a history played? Act by act on a swept stage; then all troubles end, people do what they are told to, and the laws are asked. */
import { asFailure, isFailure } from '../../src/core/failure.ts'
import type { FailureCode } from '../../src/core/failure-codes.ts'
import { operator } from '../support/operator.ts'
import type { Act, FaultAct, History, QuickAct, WorkAct } from './history.ts'
import { requireLaws } from './laws.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { actOn, curate, touch } from './people.ts'
import { send } from './repository.ts'
import { requireNoSecrets, type Secrets } from './secrets.ts'
import { placeOfContent, type Service, type ServiceRole, type Stage, sourceSecret } from './stage.ts'
import { arm, calm, set } from './trouble.ts'
import { Violation } from './violation.ts'
import { inWords } from './words.ts'

export interface Played {
  /** What happened, a line each, for people. */
  readonly lines: string[]
  /** Which troubles hit a request. */
  readonly hits: readonly string[]
  readonly violation: Error | null
  /** A worker did not end, and still runs. */
  readonly stuck: boolean
}

interface Player {
  readonly stage: Stage
  readonly history: History
  readonly ledger: Ledger
  readonly operator: Service
  readonly secrets: Secrets
  readonly lines: string[]
  /** Troubles in the order in which they were set up. */
  readonly armed: FaultAct[]
  readonly hits: string[]
  /** Workers that run at this moment. */
  working: number
}

/** Longer than any history needs, also on a busy machine. */
const longestWorkMs = 20_000
const hanging = 'the worker comes to an end'

export async function play(history: History, stage: Stage): Promise<Played> {
  await stage.sweep(history.settings)
  const operator = await stage.openService(history.settings, 'only')
  const secrets: Secrets = { token: stage.emulator.token, heard: [] }
  const player: Player = {
    stage,
    history,
    ledger: openLedger(),
    operator,
    secrets,
    lines: [],
    armed: [],
    hits: [],
    working: 0,
  }
  try {
    for (const act of history.acts) await perform(act, player)
    await settle(player)
    await requireLaws(player)
    await requireNoSecrets(player)
    return { lines: player.lines, hits: player.hits, violation: null, stuck: false }
  } catch (error) {
    return {
      lines: player.lines,
      hits: player.hits,
      violation: error as Error,
      stuck: error instanceof Violation && error.law === hanging,
    }
  } finally {
    await operator.app.close()
  }
}

async function perform(act: Act, player: Player): Promise<void> {
  if (act.act === 'work') await work(act, player)
  else await quick(act, player)
}

async function quick(act: QuickAct, player: Player): Promise<void> {
  const said = await doQuick(act, player)
  player.lines.push(`${player.working > 0 ? '  ' : ''}${inWords(act)} → ${said}`)
}

async function doQuick(act: QuickAct, player: Player): Promise<string> {
  const { stage, ledger, operator, history } = player
  switch (act.act) {
    case 'curator':
      return curate(act, operator.app)
    case 'hand':
      return touch(act, { stage, ledger })
    case 'fault':
      return arm(act, player)
    case 'mood':
    case 'wrong_md5':
    case 'source':
      if (act.act === 'mood' && act.mood === 'filesMustDiffer' && act.on) ledger.filesHadToDiffer = true
      return set(act, stage)
    default: {
      const quiet = () => player.working === 0
      const addressOf = (content: number) =>
        `${stage.source.url}/${placeOfContent(content)}?X-Amz-Signature=${sourceSecret}`
      return send(act, { stage, settings: history.settings, app: operator.app, ledger, addressOf, quiet })
    }
  }
}

/** The worker works while other things happen, counted by what it says. */
async function work(act: WorkAct, player: Player): Promise<void> {
  player.lines.push(`the worker works${act.end === 'idle' ? '' : `, ${act.end} after ${act.after} events`}`)
  const service = await openHeard(player, act.end === 'takeover' ? 'leaving' : 'only')
  const stop = new AbortController()
  const todo = act.during.map((one, index) => ({
    at: act.during.slice(0, index + 1).reduce((sum, { after }) => sum + after, 0),
    run: () => quick(one.act, player),
  }))
  let ending: Promise<unknown> = Promise.resolve()
  const end = () => {
    ending = endWork(act, player, stop)
  }
  let chain = Promise.resolve()
  let events = 0
  service.onEvent(() => {
    if (act.end !== 'idle' && events === act.after) end()
    while (todo[0] !== undefined && todo[0].at <= events) chain = chain.then(todo.shift()!.run)
    events += 1
  })
  player.working += 1
  try {
    await runToIdle(service, stop, player)
    // an end that did not come about in time is none
    await ending
  } finally {
    await chain.finally(() => {
      player.working -= 1
    })
    await service.app.close().catch(ignore)
  }
  for (const { run } of todo) await run()
}

async function endWork(act: WorkAct, player: Player, stop: AbortController): Promise<void> {
  if (act.end === 'stop') stop.abort('stop')
  if (act.end === 'kill') {
    // fenced off it can write nothing any more, just as if it were dead
    await player.operator.app.leases.break('zenodo', operator)
    stop.abort('kill')
  }
  if (act.end === 'takeover') {
    await player.operator.app.leases.break('zenodo', operator)
    const second = await openHeard(player, 'arriving')
    player.working += 1
    await runToIdle(second, new AbortController(), player)
    player.working -= 1
    await second.app.close()
  }
}

async function openHeard(player: Player, role: ServiceRole): Promise<Service> {
  const service = await player.stage.openService(player.history.settings, role)
  service.onEvent((event) => player.secrets.heard.push(event))
  return service
}

/** Reasons for which a worker ends before its work does; somebody starts it again. */
const endings: readonly FailureCode[] = [
  'zenodo_unavailable',
  'zenodo_unexpected_answer',
  'zenodo_rate_limited',
  'zenodo_token_refused',
  'lease_lost',
  'lease_held',
]

async function runToIdle(service: Service, stop: AbortController, player: Player): Promise<void> {
  for (let turn = 0; turn < 6 && !stop.signal.aborted; turn += 1) {
    try {
      return await withinTime(service.app.worker({ mode: 'once_and_wait', only: null }, stop.signal), stop)
    } catch (error) {
      if (error instanceof Violation) throw error
      if (stop.signal.aborted) return
      if (!isFailure(error, ...endings)) throw new Violation('the worker ends in an explained way', String(error))
      player.lines.push(`  the worker ended: ${asFailure(error).message}`)
      if (isFailure(error, 'lease_lost')) return
    }
  }
}

async function withinTime(working: Promise<void>, stop: AbortController): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stop.abort('too late')
      reject(new Violation(hanging, `it still runs after ${longestWorkMs} ms`))
    }, longestWorkMs)
  })
  await Promise.race([working, late]).finally(() => clearTimeout(timer))
}

/** Troubles end, the worker works, and people do what the hints say, until nothing changes any more. */
async function settle(player: Player): Promise<void> {
  const { stage, operator, history } = player
  player.hits.push(...(await calm(stage, player.armed)))
  player.lines.push('all troubles end')
  for (let round = 0; ; round += 1) {
    const service = await openHeard(player, 'only')
    await runToIdle(service, new AbortController(), player)
    await service.app.close()
    const { copies } = await operator.app.reading.list({ sort: 'id', order: 'asc', limit: 1000 })
    const failed = copies.filter((copy) => copy.state === 'error')
    const parked = history.resumes ? copies.filter((copy) => copy.state === 'deferred') : []
    if (failed.length + parked.length === 0) return
    if (round >= 8) {
      const found = failed.map((copy) => `copy ${copy.id} (${copy.type}): ${copy.error?.code} ${copy.error?.message}`)
      throw new Violation('no copy is stuck', found.join('; '))
    }
    for (const copy of failed) {
      const action = ['no_files', 'superseded'].includes(copy.error?.code ?? '') ? 'cancel' : 'requeue'
      player.lines.push(
        `copy ${copy.id} (${copy.type} of version ${copy.version.number}) is in error: ${copy.error?.code} → ${action}`,
      )
      await actOn(operator.app, action, copy.id)
    }
    for (const copy of parked) await actOn(operator.app, 'resume', copy.id)
  }
}

function ignore(): void {}
