/** As whom does a person act from a page? */
import { Failure } from '../core/failure.ts'
import { actorOf } from '../http/actor.ts'
import type { Actor } from '../replication/ports/desk.ts'
import type { Asked } from './page.ts'

/** @throws Failure `token_required` when nobody is signed in: an action for anybody cannot be one on copies */
export function actingPerson(
  { caller, request }: Pick<Asked<never, never>, 'caller' | 'request'>,
  reason?: string,
): Actor {
  if (caller === null) throw new Failure('token_required', 'Nobody is signed in.')
  return actorOf(caller, request.id, reason === '' ? null : reason)
}
