/** What do the routes do by which a person moves copies on, and stops and starts the claiming? */
import type { Copy } from '../core/copy.ts'
import { nextState, type PersonAction } from '../core/copy-state.ts'
import { versionOf } from '../core/copy-version.ts'
import { copyJson } from '../replication/copy-json.ts'
import { actorOf } from './actor.ts'
import { filterOf } from './bodies.ts'
import type { Contract } from './contract.ts'
import { copyOf } from './copy-of.ts'
import type { ServicePorts } from './ports.ts'
import type { Handler, Handlers } from './route.ts'

type ActionRoutes =
  | 'requeueCopy'
  | 'deferCopy'
  | 'resumeCopy'
  | 'cancelCopy'
  | 'requeueCopies'
  | 'deferCopies'
  | 'resumeCopies'
  | 'cancelCopies'
  | 'pause'
  | 'unpause'

/** So many copies are shown of those that were, or would be, changed. */
const mostShown = 100

export function actionRoutes(ports: ServicePorts): Pick<Handlers<Contract>, ActionRoutes> {
  return {
    requeueCopy: onOne(ports, 'requeue'),
    deferCopy: onOne(ports, 'defer'),
    resumeCopy: onOne(ports, 'resume'),
    cancelCopy: onOne(ports, 'cancel'),
    requeueCopies: onMany(ports, 'requeue'),
    deferCopies: onMany(ports, 'defer'),
    resumeCopies: onMany(ports, 'resume'),
    cancelCopies: onMany(ports, 'cancel'),
    pause: async ({ body, caller, requestId }) => {
      await ports.desk.setSwitch('pause', actorOf(caller, requestId, body?.reason))
      return { status: 200, body: await paused(ports) }
    },
    unpause: async ({ caller, requestId }) => {
      await ports.desk.clearSwitch('pause', actorOf(caller, requestId, null))
      return { status: 200, body: await paused(ports) }
    },
  }
}

function onOne(ports: ServicePorts, action: PersonAction): Handler<Contract['requeueCopy']> {
  return async ({ params, body, headers, caller, requestId }) => {
    const expected = versionsIn(headers['if-match'])
    const actor = actorOf(caller, requestId, body?.reason)
    await ports.act(action, { filter: { ids: [params.id] }, actor, expected })
    const copy = await copyOf(ports, params.id)
    return { status: 200, body: copyJson(copy), headers: { etag: etagOf(copy) } }
  }
}

export function etagOf(copy: Copy): string {
  return `"${versionOf(copy)}"`
}

/** Undefined: any. */
function versionsIn(header: string | undefined): readonly string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').map((tag) => tag.trim().replace(/^"(.*)"$/, '$1'))
}

function onMany(ports: ServicePorts, action: PersonAction): Handler<Contract['requeueCopies']> {
  return async ({ body, caller, requestId }) => {
    const filter = ports.filterFor(action, filterOf(body, ports.largeBytes))
    const { reading } = ports
    if (body.dryRun) {
      const counts = await reading.countMatching(filter)
      const of = (allowed: boolean) =>
        counts
          .filter(({ state }) => (nextState(state, action) !== null) === allowed)
          .reduce((sum, { count }) => sum + count, 0)
      const states = counts.map(({ state }) => state).filter((state) => nextState(state, action) !== null)
      const shown = states.length === 0 ? [] : (await reading.list({ ...filter, states, limit: mostShown })).copies
      return { status: 200, body: { dryRun: true, changed: of(true), refused: of(false), copies: shown.map(copyJson) } }
    }
    const { done, refused, unknown } = await ports.act(action, {
      filter,
      actor: actorOf(caller, requestId, body.reason),
    })
    const ids = done.slice(0, mostShown).map(({ id }) => id)
    const { copies } = ids.length === 0 ? { copies: [] } : await reading.list({ ids, limit: mostShown })
    const told = {
      ...{ changed: done.length, refused: refused.length, unknown: [...unknown], changedIds: done.map(({ id }) => id) },
      refusedCopies: refused.map(({ id, state }) => ({ id, state })),
    }
    return { status: 200, body: { dryRun: false, ...told, copies: copies.map(copyJson) } }
  }
}

async function paused({ desk }: ServicePorts) {
  return { pause: (await desk.switches()).find(({ name }) => name === 'pause') ?? null }
}
