/** How does somebody get a token of the HTTP API, and how is it known again? It is shown once; what is kept is its hash. */
import { Failure } from '../core/failure.ts'
import type { Role } from '../core/roles.ts'
import type { TokenHolder, TokenStore } from './ports/token-store.ts'
import { hashOf, newSecret } from './secrets.ts'

const namePattern = /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/
/** Tells people, and whoever searches for secrets that were left lying about, what this is. */
const prefix = 'zrt_'

/**
 * @returns the token: from then on nobody can read it again
 * @throws Failure `bad_request` for a name that cannot be, or is taken
 */
export async function createToken(
  store: TokenStore,
  { name, role, by }: { readonly name: string; readonly role: Role; readonly by: string },
): Promise<string> {
  requireName(name, 'a token')
  const token = prefix + newSecret()
  if (await store.add({ name, role, by, hash: hashOf(token) })) return token
  throw new Failure('bad_request', `There is, or was, a token named "${name}".`, {
    hint: 'Take another name: what was done with the first one is told by its name. See `zenodo-replicator token list`.',
  })
}

/** @throws Failure `bad_request` */
export function requireName(name: string, of: string): void {
  if (namePattern.test(name)) return
  const rule = '1 to 64 letters, digits, spaces and . _ @ - after a letter or digit'
  throw new Failure('bad_request', `"${name}" cannot be the name of ${of}; accepted are ${rule}.`)
}

/** @throws Failure `bad_request` when there is no valid token of this name */
export async function revokeToken(store: TokenStore, { name, by }: { readonly name: string; readonly by: string }) {
  if (await store.revoke(name, by)) return
  throw new Failure('bad_request', `There is no valid token named "${name}".`, {
    hint: 'See `zenodo-replicator token list` for those there are.',
  })
}

/** Whose token it is; null when it is none, or was revoked. */
export async function holderOf(store: TokenStore, token: string): Promise<TokenHolder | null> {
  return await store.holder(hashOf(token))
}
