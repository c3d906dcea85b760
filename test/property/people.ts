/** What do people do: curators with the copies, and somebody at Zenodo's own pages with a deposition? */
import type { App } from '../../src/app.ts'
import { isFailure } from '../../src/core/failure.ts'
import type { CuratorAct, HandAct } from './history.ts'
import type { Ledger } from './ledger.ts'
import type { Stage } from './stage.ts'
import { Violation } from './violation.ts'

const actor = { name: 'curator', reason: 'as it came to mind' }

export async function curate({ action, copy }: CuratorAct, app: App): Promise<string> {
  const { copies } = await app.reading.list({ sort: 'id', order: 'desc', limit: 1000 })
  const target = copies[copy % Math.max(1, copies.length)]
  if (target === undefined) return 'there is no copy yet'
  return `${action} copy ${target.id}: ${await actOn(app, action, target.id)}`
}

/** @returns `done`, or the code of the refusal. */
export async function actOn(app: App, action: CuratorAct['action'], id: number): Promise<string> {
  try {
    await app.act(action, { filter: { ids: [id] }, actor })
    return 'done'
  } catch (error) {
    if (isFailure(error, 'action_refused')) return error.code
    throw new Violation('a curator is answered', `${action} copy ${id}: ${String(error)}`)
  }
}

interface Place {
  readonly stage: Stage
  readonly ledger: Ledger
}

export async function touch(act: HandAct, place: Place): Promise<string> {
  const record = await find(act, place)
  if (record === null) return 'there is nothing of the kind at Zenodo'
  place.ledger.hands[act.hand].add(act.hand === 'new_version' ? record.conceptrecid : record.id)
  const { emulator } = place.stage
  const headers = { authorization: `Bearer ${emulator.token}` }
  try {
    const response = await deed(act.hand, `${emulator.url}/api/deposit/depositions/${record.id}`, headers)
    return `deposition ${record.id}: ${response.status}`
  } catch {
    return `deposition ${record.id}: no answer` // a fault that was meant for the service has hit the person
  }
}

async function deed(hand: HandAct['hand'], address: string, headers: Record<string, string>): Promise<Response> {
  switch (hand) {
    case 'delete_draft':
      return fetch(address, { method: 'DELETE', headers })
    case 'publish_draft':
      return fetch(`${address}/actions/publish`, { method: 'POST', headers })
    case 'open_edit':
      return fetch(`${address}/actions/edit`, { method: 'POST', headers })
    case 'new_version':
      return fetch(`${address}/actions/newversion`, { method: 'POST', headers })
    case 'add_file': {
      const deposition = (await (await fetch(address, { headers })).json()) as { links: { bucket: string } }
      return fetch(`${deposition.links.bucket}/by-hand.txt`, { method: 'PUT', headers, body: Buffer.from('By hand.') })
    }
  }
}

const fitting: Readonly<Record<HandAct['hand'], readonly string[]>> = {
  delete_draft: ['unsubmitted'],
  publish_draft: ['unsubmitted', 'inprogress'],
  open_edit: ['done'],
  new_version: ['done'],
  add_file: ['unsubmitted'],
}

/** Of what copies point at, as a stranger to all of it would hardly be there. */
async function find({ hand, which }: HandAct, { stage }: Place) {
  const ids: string[] = await stage.database.db
    .knex('zenodo_copies')
    .whereNotNull('deposition_id')
    .pluck('deposition_id')
  const records = (await stage.zenodo.records()).map((record) => ({ ...record, id: String(record.id) }))
  const found = records.filter((record) => ids.includes(record.id) && fitting[hand].includes(record.state)).toReversed()
  return found[which % Math.max(1, found.length)] ?? null
}
