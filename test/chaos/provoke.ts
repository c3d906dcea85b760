/** What brings a worker to a point that it rarely comes to by itself, or to a call that is to fail? */
import type { Chaos } from './chaos.ts'
import type { Point } from './points.ts'

const gateway = { commit: true, status: 504, body: '<html><body>Sorry</body></html>' }
const invalid = {
  status: 400,
  body: { status: 400, message: 'No.', errors: [{ field: 'metadata', messages: ['No.'] }] },
}
const create = { method: 'POST', path: '/(depositions|records)$' }

const provocations: Readonly<Record<string, (chaos: Chaos) => Promise<void>>> = {
  discard: ({ load }) => load.lead('discard'),
  'announce discard': ({ load }) => load.lead('discard'),
  edit: ({ load }) => load.lead('edit'),
  'lease acquire': async (chaos) => chaos.leader()?.signal('SIGKILL'),
  rescued: async (chaos) => chaos.leader()?.signal('SIGKILL'),
  'lease release': async (chaos) => chaos.leader()?.signal('SIGTERM'),
  released: async (chaos) => chaos.leader()?.signal('SIGTERM'),
  list: ({ place }) => place.zenodo.fault({ match: create, ...gateway }),
  retry: ({ place }) => place.zenodo.fault({ match: { method: 'PUT' }, status: 500, times: 24 }),
  error: ({ place }) => place.zenodo.fault({ match: { method: 'PUT', path: '/(depositions/|draft$)' }, ...invalid }),
}

/** @param name of a call or of a write */
export async function provoke(name: Point['name'], chaos: Chaos): Promise<void> {
  await provocations[name]?.(chaos)
}
