/** Which settings does what listens have: the HTTP API and the console? */
import { isIP } from 'node:net'
import { z } from 'zod'
import { parseRoleRule, roleRuleForm } from '../core/role-rules.ts'
import { name, names, section, wholeNumber } from './setting-kinds.ts'

const addressesRule = 'a list of addresses and networks, such as 127.0.0.1 or 10.0.0.0/8'

function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const kind = isIP(address)
  if (kind === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (kind === 4 ? 32 : 128))
}

const addresses = (about: string) =>
  z
    .array(z.string({ error: addressesRule }).refine(isAddress, { error: addressesRule }), { error: addressesRule })
    .describe(about)

const roleRules = (about: string, accepts: (kind: string) => boolean, rule = roleRuleForm) =>
  z
    .array(
      z.string({ error: rule }).refine((text) => accepts(parseRoleRule(text)?.kind ?? ''), { error: rule }),
      { error: rule },
    )
    .describe(about)

function isOrigin(text: string): boolean {
  if (text === '') return true
  if (!URL.canParse(text)) return false
  const { origin, protocol } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && (text === origin || text === `${origin}/`)
}

/** A provider whose answers anybody on the way could change is none. */
function isIssuer(text: string): boolean {
  if (text === '') return true
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username } = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && search + hash + username === ''
}

const originRule = 'an address such as https://replicator.example.org, without a path'
const issuerRule = 'the https: address of an issuer, such as https://orcid.org'
const headerRule = 'the name of a header, such as X-Forwarded-User'
const text = (about: string) => z.string({ error: 'a text' }).trim().describe(about)

export const server = section(
  {
    host: name('a host name or an address of this host').describe(
      'Address on which the HTTP API and the console answer',
    ),
    port: wholeNumber(0, 65_535, 'Port on which they answer; 0: a free one'),
    metricsWithoutToken: z
      .boolean({ error: 'true or false' })
      .describe('Whether /metrics answers whoever reaches the port, without a token'),
    publicUrl: z
      .string({ error: originRule })
      .refine(isOrigin, { error: originRule })
      .describe('Address that people type, when it is another, as behind a proxy that speaks TLS'),
    trustedProxies: addresses('Proxies that are believed from which address a request comes (X-Forwarded-For)'),
    sessions: section(
      {
        idleMinutes: wholeNumber(1, 10_080, 'Minutes after which a session ends that nobody used'),
        mostHours: wholeNumber(1, 720, 'Hours after which a session ends, whatever happens'),
      },
      'Sessions of people who signed in to the console',
    ),
    oidc: section(
      {
        issuer: z
          .string({ error: issuerRule })
          .refine(isIssuer, { error: issuerRule })
          .describe('Address of the identity provider; empty: there is none'),
        clientId: text('What the provider calls this service'),
        clientSecret: text('The secret that it shares with this service'),
        clientSecretFile: text('File that holds that secret, such as a systemd credential'),
        scopes: names('a list of scopes, such as openid').describe('What is asked of the provider'),
        groupsClaim: name('the name of a claim').describe('Claim that lists the groups of a person'),
        label: name('a name, such as ORCID').describe('As in "Sign in with …"'),
        roles: roleRules('Who may do what; whom no rule names does not get in', (kind) =>
          ['subject', 'email', 'group'].includes(kind),
        ),
      },
      'Signing in by an identity provider that speaks OpenID Connect',
    ),
    proxyHeader: section(
      {
        name: z
          .string({ error: headerRule })
          .regex(/^([A-Za-z0-9-]+)?$/, { error: headerRule })
          .describe('Header by which a proxy says who calls; empty: none is believed'),
        trustedAddresses: addresses('Addresses from which that header is believed'),
        roles: roleRules(
          'Who may do what; whom no rule names does not get in',
          (kind) => ['subject', 'email', 'everybody'].includes(kind),
          'rules such as "curator: subject jane", "admin: email jane@example.org" or "viewer: everybody"',
        ),
      },
      'A proxy that knows who calls',
    ),
  },
  'The HTTP API and the console',
)
