/** What may be set about who gets in? */
import type { RoleRule } from '../../core/role-rules.ts'

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
  /** The claim that lists the groups of a person. */
  readonly groupsClaim: string
  /** As in "Sign in with …". */
  readonly label: string
}

export interface AccessSettings {
  /** The origin under which browsers reach the service; empty: that of each request. */
  readonly publicUrl: string
  /** Addresses and networks of proxies that are believed whom they speak for. */
  readonly trustedProxies: readonly string[]
  /** A header by which a proxy says who calls; null: there is none. */
  readonly proxyHeader: {
    readonly name: string
    readonly trustedAddresses: readonly string[]
    readonly roles: readonly RoleRule[]
  } | null
  readonly oidc: OidcSettings | null
}

export function isBehindTls({ publicUrl }: AccessSettings): boolean {
  return publicUrl.startsWith('https:')
}
