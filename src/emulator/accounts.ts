/** Who is asking? Tokens become accounts; a missing or unknown token is a guest. */
import type { IncomingMessage } from 'node:http'
import type { EmulatorSettings } from './settings.ts'

/** An account that a token stands for. */
export interface Account {
  readonly id: number
  readonly name: string
  readonly role: 'user' | 'superuser'
  readonly scopes: readonly string[]
}

/** Name of the account whose token `createEmulator` returns. */
export const MAIN_ACCOUNT = 'owner'

const ALL_SCOPES = ['deposit:write', 'deposit:actions', 'user:email', 'tokens:generate']

/** What is needed to know accounts: the settings, and the ledger that gives names their ids. */
export interface AccountSource {
  readonly settings: Pick<EmulatorSettings, 'users'>
  readonly ledger: { readonly token: string; readonly accounts: string[] }
}

/** The token of a request: the header, or `access_token` in the query (developers.zenodo.org, authentication). */
export function requestToken(request: IncomingMessage, query: URLSearchParams): string | undefined {
  const header = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')
  return header?.[1] ?? query.get('access_token') ?? undefined
}

/** The account of a token; undefined is a guest. */
export function findAccount({ settings, ledger }: AccountSource, token: string | undefined): Account | undefined {
  if (token === undefined) return undefined
  const user = settings.users.find((candidate) => candidate.token === token)
  if (user) {
    const { name, role = 'user', scopes = ALL_SCOPES } = user
    return { id: accountId(ledger.accounts, name), name, role, scopes }
  }
  if (token !== ledger.token) return undefined
  return {
    id: accountId(ledger.accounts, MAIN_ACCOUNT),
    name: MAIN_ACCOUNT,
    role: 'user',
    scopes: ALL_SCOPES,
  }
}

/** The token with this id, which is that of its account, and the account; undefined when there is none. */
export function tokenWithId(
  { settings, ledger }: AccountSource,
  id: number,
): { readonly token: string; readonly account: Account } | undefined {
  const name = ledger.accounts[id - 1]
  const token =
    settings.users.find((user) => user.name === name)?.token ?? (name === MAIN_ACCOUNT ? ledger.token : undefined)
  const account = findAccount({ settings, ledger }, token)
  return token === undefined || account === undefined ? undefined : { token, account }
}

/** The lasting id of an account name; a new name gets the next one. */
export function accountId(accounts: string[], name: string): number {
  const known = accounts.indexOf(name)
  if (known >= 0) return known + 1
  return accounts.push(name)
}
