/** Can people sign in as it was meant, and nobody else? */
import type { App } from '../../app.ts'
import { asFailure } from '../../core/failure.ts'
import { type Finding, orElse } from './finding.ts'

export async function signIn(app: App): Promise<readonly Finding[]> {
  const { oidc, proxyHeader, publicUrl, trustedProxies } = app.config.server
  const troubles: Finding[] = []
  const warn = (found: string, right: string) => troubles.push(['warn', found, right])
  if (publicUrl.startsWith('https:') && trustedProxies.length === 0) {
    warn(
      'server.publicUrl names a proxy, but server.trustedProxies is empty: all people share one address, and one number of attempts to sign in.',
      'Name the address from which the proxy comes, such as 127.0.0.1.',
    )
  }
  if (oidc.issuer !== '' && oidc.roles.length === 0) {
    warn('server.oidc.roles is empty: nobody can sign in by the identity provider.', 'See docs/access.md.')
  }
  if (proxyHeader.name !== '' && proxyHeader.roles.length === 0) {
    warn('server.proxyHeader.roles is empty: nobody gets in by the proxy.', 'See docs/access.md.')
  }
  const wide = proxyHeader.trustedAddresses.filter((network) => /\/[0-7]$/.test(network))
  if (wide.length > 0) {
    warn(
      `server.proxyHeader.trustedAddresses holds ${wide.join(', ')}: who reaches the port is whoever they like.`,
      'Name the address of the proxy only.',
    )
  }
  if (oidc.issuer !== '') troubles.push(...(await issuer(app)))
  return orElse(troubles, oidc.issuer === '' ? 'People sign in with tokens and links.' : `${oidc.issuer} answers.`)
}

async function issuer({ config, probeIssuer }: App): Promise<Finding[]> {
  try {
    await probeIssuer()
    return []
  } catch (error) {
    const found = `${config.server.oidc.issuer} does not answer as an identity provider: ${asFailure(error).message}`
    return [['warn', found, 'Check server.oidc.issuer and the network; until then people sign in with tokens.']]
  }
}
