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
  const id = await find(act, place)
  if (id === null) return 'there is nothing of the kind at Zenodo'
  place.ledger.hands[act.hand].add(id)
  const { url, token } = place.stage.emulator
  const deposition = `${url}/api/deposit/depositions/${id}`
  const [method, address] = {
    delete_draft: ['DELETE', deposition],
    publish_draft: ['POST', `${deposition}/actions/publish`],
    open_edit: ['POST', `${deposition}/actions/edit`],
  }[act.hand] as [string, string]
  try {
    const response = await fetch(address, { method, headers: { authorization: `Bearer ${token}` } })
    return `deposition ${id}: ${response.status}`
  } catch {
    return `deposition ${id}: no answer` // a fault that was meant for the service has hit the person
  }
}

const fitting = { delete_draft: ['unsubmitted'], publish_draft: ['unsubmitted', 'inprogress'], open_edit: ['done'] }

/** Of what copies point at, as a stranger to all of it would hardly be there. */
async function find({ hand, which }: HandAct, { stage }: Place): Promise<string | null> {
  const ids: string[] = await stage.database.db
    .knex('zenodo_copies')
    .whereNotNull('deposition_id')
    .pluck('deposition_id')
  const records = (await stage.zenodo.records()).map((record) => ({ ...record, id: String(record.id) }))
  const found = records.filter((record) => ids.includes(record.id) && fitting[hand].includes(record.state)).toReversed()
  return found[which % Math.max(1, found.length)]?.id ?? null
}
