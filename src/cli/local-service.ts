/** How do commands about copies reach the service through its database? */
import type { App } from '../app.ts'
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { copyJson } from '../replication/copy-json.ts'
import { standstill } from '../replication/standstill.ts'
import { enqueueAll } from './enqueue-all.ts'
import type { Service, StoryOfCopy } from './service.ts'
import { unpauseWords } from './unpause-words.ts'

export function localService(app: App): Service {
  const { reading, desk } = app
  return {
    list: async (request) => {
      const { copies, nextCursor } = await reading.list(request)
      return { copies: copies.map(copyJson), nextCursor }
    },
    story: (id) => storyOf(app, id),
    switches: () => desk.switches(),
    act: async (action, request) => {
      const { done, refused, unknown } = await app.act(action, request)
      return { done: done.map(({ id }) => id), refused: refused.map(({ id, state }) => ({ id, state })), unknown }
    },
    pause: (actor) => desk.setSwitch('pause', actor),
    unpause: (actor) => desk.clearSwitch('pause', actor),
    enqueue: async (manifests, how) => {
      const { copies, ...counted } = await enqueueAll(app, manifests, how)
      return { copies: copies.map(copyJson), ...counted }
    },
  }
}

async function storyOf(app: App, id: number): Promise<StoryOfCopy> {
  const { reading, config } = app
  const copy = await reading.get(id)
  if (copy === null) throw new Failure('copy_not_found', `There is no copy ${id}.`, { details: { ids: [id] } })
  const [events, listed, chain] = await Promise.all([reading.events(id), reading.files(id), reading.chain(id)])
  const { switches, lines } = await standstill({ ...app, leaseName: config.worker.lease.name, unpause: unpauseWords })
  return {
    copy: copyJson(copy),
    events,
    eventsArchived: copy.eventsArchived,
    // a source may be an address with a signature
    files: listed.map((file) => ({ ...file, source: redact(file.source) })),
    chain: chain.map(copyJson),
    switches,
    standstill: lines,
  }
}
