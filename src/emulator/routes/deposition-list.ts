/** Which deposits does an account have? The list, as the search index knows them. */
import { depositionJson } from '../deposition-json.ts'
import { type Answer, json } from '../http-answer.ts'
import { type RequestContext, requireAccount } from '../request-context.ts'
import { rowsOf, searchPage } from '../search/page.ts'

/**
 * GET `/api/deposit/depositions`: a bare array without a total (zenodo-rdm legacy serializers). `status` is accepted and
 * ignored, and so is everything that is shared with the account, because the emulator has no shares.
 */
export function listDepositions(context: RequestContext): Answer {
  const account = requireAccount(context)
  const shared = context.query.get('shared_with_me')
  const own = rowsOf(context.store.index.rows(context.settings.indexLagSeconds * 1000)).filter(
    (row) => row.family.ownerId === account.id && shared !== 'true' && shared !== '1',
  )
  const { rows } = searchPage(context, own)
  return json(
    200,
    rows.map((row) => depositionJson(row, { origin: context.origin, withBucket: false })),
  )
}
