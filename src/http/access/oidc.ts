/** How does somebody sign in by an identity provider? OpenID Connect: authorization code with PKCE, state and nonce; then the provider is asked who it is. */
import { z } from 'zod'
import { Failure } from '../../core/failure.ts'
import type { Identity } from '../../core/role-rules.ts'
import type { OidcSettings } from './settings.ts'

const patienceSeconds = 10
const skewSeconds = 60

/** What the browser keeps from the beginning of a sign-in to its end. */
const keptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), back: z.string() })
type Kept = z.output<typeof keptSchema>

export interface Oidc {
  /** @returns where the browser is to go, and the text that it is to bring back. @throws Failure `sign_in_refused` */
  begin(back: string): Promise<{ readonly to: string; readonly kept: string }>
  /**
   * @param answer the query with which the browser came back
   * @throws Failure `sign_in_refused` when the two do not belong together, or the provider does not say who it is
   */
  finish(answer: string, kept: string | undefined): Promise<{ readonly identity: Identity; readonly back: string }>
}

/** Below `server.publicUrl`; the provider has to know it. */
export const callbackPath = '/sign-in/oidc/callback'

export function createOidc(settings: OidcSettings, publicUrl: string): Oidc {
  const redirectUri = publicUrl + callbackPath
  // found once; when it does not answer, it is asked again the next time
  let found: ReturnType<typeof discover> | null = null
  const provider = async () => {
    found ??= discover(settings)
    try {
      return await found
    } catch (error) {
      found = null
      throw refusedBy(settings, error)
    }
  }
  return {
    begin: async (back) => {
      const { client, config } = await provider()
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()]
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      const kept: Kept = { state, nonce, verifier, back }
      return { to: url.href, kept: Buffer.from(JSON.stringify(kept)).toString('base64url') }
    },
    finish: async (answer, text) => {
      const kept = read(text)
      if (kept === null) throw refused('It was not begun in this browser, or too long ago.')
      const { client, config } = await provider()
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(redirectUri + answer), {
          pkceCodeVerifier: kept.verifier,
          expectedState: kept.state,
          expectedNonce: kept.nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw refused('The identity provider did not say who you are.')
        // many providers say more there than in the token
        const more =
          config.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await client.fetchUserInfo(config, tokens.access_token, claims.sub)
        return { identity: identityOf({ ...more, ...claims }, settings), back: kept.back }
      } catch (error) {
        throw refusedBy(settings, error)
      }
    },
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings) {
  const client = await import('openid-client')
  const isPlain = issuer.startsWith('http:')
  const metadata = { [client.clockTolerance]: skewSeconds }
  const proof = clientSecret === '' ? client.None() : client.ClientSecretPost(clientSecret)
  const config = await client.discovery(new URL(issuer), clientId, metadata, proof, {
    timeout: patienceSeconds,
    // the configuration takes such an issuer on this host only
    execute: isPlain ? [client.allowInsecureRequests] : [],
  })
  return { client, config }
}

function read(text: string | undefined): Kept | null {
  try {
    return keptSchema.parse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString()))
  } catch {
    // not ours
    return null
  }
}

/** An address that the provider has not verified may be anybody's. */
function identityOf(claims: Readonly<Record<string, unknown>>, { groupsClaim }: OidcSettings): Identity {
  const { sub, email, email_verified: isVerified, name } = claims
  const groups = claims[groupsClaim]
  return {
    subject: String(sub),
    email: typeof email === 'string' && isVerified === true ? email : null,
    groups: [groups].flat().filter((group) => typeof group === 'string'),
    name: typeof name === 'string' ? name : null,
  }
}

/** What it says is not repeated: it may quote what was sent. */
function refusedBy({ label }: OidcSettings, error: unknown): Failure {
  if (error instanceof Failure) return error
  const {
    code,
    error: said,
    name,
  } = error as { readonly code?: unknown; readonly error?: unknown; readonly name?: string }
  const word = /^[\w.-]{1,60}$/.exec(String(said ?? code ?? name))?.[0] ?? 'no reason given'
  const text =
    word === 'access_denied'
      ? `${label} says that you did not want to sign in, or may not.`
      : `${label} did not sign you in (${word}).`
  return refused(text, error)
}

function refused(text: string, cause?: unknown): Failure {
  return new Failure('sign_in_refused', text, { cause })
}
