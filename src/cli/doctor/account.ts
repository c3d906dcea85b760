/** Is this the Zenodo, and the account, that the copies of this database went to? */
import type { App } from '../../app.ts'
import type { CopyView } from '../../replication/ports/desk.ts'
import type { Finding } from './finding.ts'

const longestMs = 30_000

export async function account(app: App): Promise<Finding> {
  const newest = await app.reading.list({ states: ['finished'], sort: 'updated', order: 'desc', limit: 20 })
  const copy = newest.copies.find(({ recordUrl, depositionId }) => recordUrl !== null && depositionId !== null)
  if (copy === undefined) return ['ok', 'No copy is finished yet, so no other Zenodo or account can be meant.']
  return elsewhere(copy, app.config.zenodo.url) ?? (await otherAccount(copy, app))
}

/** A database of production used with the sandbox, or the other way round. */
export function elsewhere({ id, recordUrl }: Pick<CopyView, 'id' | 'recordUrl'>, zenodoUrl: string): Finding | null {
  if (recordUrl === null || !URL.canParse(recordUrl)) return null
  const host = (url: string) => new URL(url).host.replace(/^www\./, '')
  if (host(recordUrl) === host(zenodoUrl)) return null
  const found = `Copy ${id} went to ${recordUrl}, but zenodo.url is ${zenodoUrl}.`
  return ['warn', found, 'Set zenodo.url to where the copies are, or take another database: the two must not be mixed.']
}

async function otherAccount({ id, depositionId }: CopyView, app: App): Promise<Finding> {
  if (depositionId === null || (await app.seesDeposition(depositionId, AbortSignal.timeout(longestMs)))) {
    return ['ok', 'The token is of the account that the copies went to.']
  }
  const found = `The token does not get at deposition ${depositionId}, to which copy ${id} went.`
  const hint =
    'It may be of another account, which cannot make new versions of these records; or somebody deleted that one.'
  return ['warn', found, hint]
}
