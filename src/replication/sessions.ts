/** How does somebody sign in to the console, and how are they known again? By a secret in a cookie, of which the hash is kept. */
import { Failure } from '../core/failure.ts'
import { type Identity, nameOf, type RoleRule, roleOf } from '../core/role-rules.ts'
import { type Caller, type PersonRole, peopleRoles } from '../core/roles.ts'
import type { Actor } from './ports/desk.ts'
import type { SessionRow, SessionStore } from './ports/session-store.ts'
import type { TokenStore } from './ports/token-store.ts'
import { hashOf, newSecret } from './secrets.ts'
import { holderOf, requireName } from './tokens.ts'

const linkMs = 10 * 60_000

export interface SessionRules {
  /** One that nobody used for so long has ended. */
  readonly idleMs: number
  /** After so long it ends, whatever happens. */
  readonly mostMs: number
  /** What the people of the identity provider may do. */
  readonly people: readonly RoleRule[]
}

/** Who may sign in how. Each answers the secret for the cookie, or refuses. */
export interface Sessions {
  /** @throws Failure `token_required` or `role_required` */
  byToken(token: string, requestId: string): Promise<string>
  /** @throws Failure `role_required` for somebody of whom no rule speaks */
  byIdentity(identity: Identity, requestId: string): Promise<string>
  /** @throws Failure `token_required` when the link was used, is too old, or is none */
  byLink(key: string, requestId: string): Promise<string>
  /** Whose session it is; null: it is none, or has ended. */
  callerOf(secret: string): Promise<Caller | null>
  list(): Promise<SessionRow[]>
  /** @throws Failure `bad_request` when there is no such session */
  end(id: number, actor: Actor): Promise<void>
  signOut(secret: string, actor: Actor): Promise<void>
}

export function createSessions(store: SessionStore, tokens: TokenStore, rules: SessionRules): Sessions {
  const { idleMs, mostMs: endsInMs, people } = rules
  return {
    byToken: async (token, requestId) => {
      const holder = await holderOf(tokens, token)
      if (holder === null) throw new Failure('token_required', 'The token is not known here, or was revoked.')
      const { name, id: tokenId } = holder
      const role = personRole(holder)
      const secret = newSecret()
      const session = { hash: hashOf(secret), name, role, how: 'session', tokenId, identity: null, endsInMs } as const
      await store.start(session, requestId)
      return secret
    },
    byIdentity: async (identity, requestId) => {
      const role = roleOf(people, identity)
      const name = nameOf(identity)
      if (role === null) throw unknownPerson(name)
      const secret = newSecret()
      const session = { hash: hashOf(secret), name, role, how: 'oidc', tokenId: null, identity, endsInMs } as const
      await store.start(session, requestId)
      return secret
    },
    byLink: async (key, requestId) => {
      const secret = newSecret()
      if (await store.useLink({ hash: hashOf(key) }, { hash: hashOf(secret), endsInMs }, requestId)) return secret
      throw new Failure('token_required', 'This link was used already, or is too old.', {
        hint: 'Ask who gave it to you for a new one: a link is good once, for ten minutes.',
      })
    },
    callerOf: async (secret) => {
      const session = await store.look(hashOf(secret), idleMs)
      return session === null ? null : callerOf(session, people)
    },
    list: () => store.list(idleMs),
    end: async (id, actor) => {
      if (await store.end({ id }, actor)) return
      throw new Failure('bad_request', `There is no session ${id}, or it has ended.`)
    },
    signOut: async (secret, actor) => {
      await store.end({ hash: hashOf(secret) }, actor)
    },
  }
}

/**
 * @returns the key of a link by which one person can sign in, once, within ten minutes
 * @throws Failure `bad_request` for a name that cannot be
 */
export async function addLink(
  store: SessionStore,
  { name, role }: { readonly name: string; readonly role: PersonRole },
  actor: Actor,
): Promise<string> {
  requireName(name, 'a person')
  const key = newSecret()
  await store.addLink({ hash: hashOf(key), name, role, endsInMs: linkMs }, actor)
  return key
}

function personRole({ name, role }: { readonly name: string; readonly role: Caller['role'] }): PersonRole {
  const found = peopleRoles.find((one) => one === role)
  if (found !== undefined) return found
  const text = `The token "${name}" has the role ${role}, which is for programs; to sign in takes one of ${peopleRoles.join(', ')}.`
  throw new Failure('role_required', text, { details: { role, allowed: peopleRoles } })
}

export function unknownPerson(name: string): Failure {
  return new Failure('role_required', `You are known as ${name}, and nobody has said yet what you may do here.`, {
    hint: 'Ask an administrator to add you to the rules in the configuration (roles), by the name above.',
  })
}

/** The rules of now count, not those of the sign-in. */
function callerOf({ name, role, how, identity }: SessionRow, people: readonly RoleRule[]): Caller | null {
  const now = identity === null ? role : roleOf(people, identity)
  return now === null ? null : { name, role: now, how }
}
