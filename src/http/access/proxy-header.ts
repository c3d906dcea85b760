/** Whom does a trusted proxy speak for? Only its own address is believed, and only one header. */
import { BlockList, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../../core/failure.ts'
import { nameOf, type RoleRule, roleOf } from '../../core/role-rules.ts'
import type { Caller } from '../../core/roles.ts'
import { unknownPerson } from '../../replication/sessions.ts'
import type { AccessSettings } from './settings.ts'

type Asked = Pick<FastifyRequest, 'raw' | 'headers' | 'log'>

/** @returns who calls, or null when no proxy speaks. @throws Failure `role_required` for somebody of whom no rule speaks */
export function readProxyHeader(settings: AccessSettings['proxyHeader']): (request: Asked) => Caller | null {
  if (settings === null) return () => null
  const header = settings.name.toLowerCase()
  const trusted = listOf(settings.trustedAddresses)
  return ({ raw, headers, log }) => {
    const values = raw.headersDistinct[header]
    if (values === undefined) return null
    const peer = plain(raw.socket.remoteAddress ?? '')
    if (!trusted.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) {
      Reflect.deleteProperty(headers, header)
      log.warn(
        { header, peer },
        'a header that names a person came from an address that is not trusted: it is left out',
      )
      return null
    }
    return callerNamed(header, values, settings.roles)
  }
}

function callerNamed(header: string, values: readonly string[], rules: readonly RoleRule[]): Caller {
  const [subject = ''] = values
  if (values.length !== 1 || !/^[^\p{C}\s](?:[^\p{C}]{0,190}[^\p{C}\s])?$/u.test(subject)) {
    throw new Failure('bad_request', `The proxy sends the header ${header} empty, more than once, or not readable.`)
  }
  const person = { subject, email: subject.includes('@') ? subject : null, groups: [], name: null }
  const role = roleOf(rules, person)
  if (role === null) throw unknownPerson(subject)
  return { name: nameOf(person), role, how: 'proxy' }
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of addresses) {
    const [address = '', bits] = text.split('/')
    const kind = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, kind)
    else list.addSubnet(address, Number(bits), kind)
  }
  return list
}

/** As a socket that takes both kinds shows an IPv4 address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
