/** May this address be asked for a file? Keeps addresses that people typed away from our own network. */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Failure } from '../core/failure.ts'

type Resolve = (
  host: string,
  options: { all: true },
  done: (error: Error | null, found: LookupAddress[]) => void,
) => void

export interface AddressGuard {
  /** @throws Failure `source_not_allowed`: scheme, credentials in the address, or an address that is not public. */
  requireAllowed(url: URL, path: string): void
  /**
   * For the sockets' `lookup`: resolves and checks in one go, at connect time. The socket gets the very addresses
   * that were checked, so a name that changes its answer in between gains nothing. Undefined: no check needed.
   */
  readonly lookup: LookupFunction | undefined
}

interface AddressGuardOptions {
  readonly allowPrivateAddresses: boolean
  /** Asks the name service; the system's resolver when left out. */
  readonly resolve?: Resolve
}

export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { allowPrivateAddresses, resolve = systemLookup } = options
  return {
    requireAllowed: (url, path) => requireAllowed(url, path, allowPrivateAddresses),
    lookup: allowPrivateAddresses ? undefined : publicLookup(resolve),
  }
}

/**
 * Whether an IP address is one of the public internet. Everything that tunnels or translates to IPv4 (mapped, 6to4,
 * Teredo, NAT64, ISATAP) counts as not public, as it may lead back inside.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  // beyond 2000::/3 nothing is assigned for global use (IANA), yet unlisted ranges count as unicast
  if (address instanceof ipaddr.IPv6) return address.match(ipaddr.parseCIDR('2000::/3')) && !isIsatap(address)
  // the one cloud metadata address that lies in public space (Azure, virtual public IP of its fabric)
  return address.toString() !== '168.63.129.16'
}

/** The second half is 0:5efe or 200:5efe and an IPv4 address (RFC 5214, section 6.1). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe
}

function requireAllowed(url: URL, path: string, allowPrivate: boolean): void {
  if (url.username !== '' || url.password !== '')
    throw refused(path, `the address at ${url.host} holds a user name or password`)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(path, `${url.protocol} is not a known scheme`)
  if (allowPrivate) return
  if (url.protocol === 'http:') {
    throw refused(path, `${url.host} is asked over plain http:, which is taken only with sources.allowPrivateAddresses`)
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw refused(path, `${url.host} is not a public address`)
}

function refused(path: string, why: string): Failure {
  return new Failure('source_not_allowed', `The source of "${path}" is not allowed: ${why}.`, { details: { path } })
}

function publicLookup(resolve: Resolve): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, [])
      const open = found.filter(({ address }) => isPublicAddress(address))
      const [first] = open
      if (first === undefined) return done(notPublic(host), [])
      if (options.all) return done(null, open)
      done(null, first.address, first.family)
    })
  }
}

function notPublic(host: string): Failure {
  return new Failure('source_not_allowed', `The source is not allowed: ${host} has no public address.`, {
    details: { host },
  })
}
