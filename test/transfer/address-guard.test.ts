/** Which addresses are public, and can a name lead elsewhere than where it was checked? */
import type { LookupAddress } from 'node:dns'
import { expect, onTestFinished, test } from 'vitest'
import { createAddressGuard, isPublicAddress } from '../../src/transfer/address-guard.ts'
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { openHttpSource } from '../../src/transfer/http-source.ts'
import { failureOf, options, serveRaw, setup, sourceFile } from './setup.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '168.63.129.16',
  '172.16.0.1',
  '192.168.1.1',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::1',
  'fe80::1',
  'fec0::1',
  'fd00:ec2::254',
  'ff02::1',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::1',
  '::ffff:0:127.0.0.1',
  '100::1',
  '2001:20::1',
  '2001:db8::1',
  '2001:470:1:1:0:5efe:7f00:1',
  '2001:470:1:1:200:5efe:808:808',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fe80::1%eth0',
  '::ffff:127.0.0.1%1',
  '192.0.2.1',
  '192.88.99.1',
  '203.0.113.1',
  '240.0.0.1',
  '100.100.100.200',
  '127.0.0.1.',
  '[::1]',
  '',
  'example.org',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['8.8.8.8', '188.184.98.114', '2001:1458:d00:61::100:2e5'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  'https://127.0.0.1/x',
  'https://2130706433/x',
  'https://0x7f.1/x',
  'https://[::1]/x',
  'https://169.254.169.254/latest/meta-data?token=secret',
  'https://127.1/x',
  'https://0177.0.0.1/x',
  'https://0x7f000001/x',
  'https://017700000001/x',
  'https://127.0.0.1./x',
  'https://169.254.169.254./x',
  'https://0/x',
  'https://①②⑦.0.0.1/x',
  'https://127。0。0。1/x',
  'https://%31%32%37.0.0.1/x',
  'https:\\\\127.0.0.1\\x',
  'https:127.0.0.1/x',
  'https://[::ffff:127.0.0.1]/x',
  'https://[::127.0.0.1]/x',
  'https://[64:ff9b::7f00:1]/x',
  'https://[2002:7f00:1::]/x',
  'https://[fd00:ec2::254]/x',
  'https://localhost/x',
  'https://user@example.org/x',
  'https://@127.0.0.1/x',
  'http://example.org/x',
])('%s is refused without asking anybody', async (source) => {
  const { transfer } = setup({ allowPrivateAddresses: false })

  const failure = await failureOf(transfer.digest(sourceFile({ source }), options()))

  expect(failure.code).toBe('source_not_allowed')
  expect(failure.message).not.toContain('secret')
})

test('credentials in an address are refused even where private addresses are allowed', async () => {
  const { transfer } = setup({ allowPrivateAddresses: true })

  const failure = await failureOf(transfer.digest(sourceFile({ source: 'http://user:pass@127.0.0.1/' }), options()))

  expect(failure.code).toBe('source_not_allowed')
  expect(failure.message).not.toContain('pass@')
})

test('an unknown scheme is refused', async () => {
  const { transfer } = setup()

  const failure = await failureOf(transfer.digest(sourceFile({ source: 'ftp://example.org/x' }), options()))

  expect(failure.code).toBe('source_not_allowed')
})

test('a public name that resolves to our own network is refused when the socket connects', async () => {
  let connections = 0
  const inside = await serveRaw(() => {
    connections += 1
  })
  const resolve = (_: string, __: object, done: (error: null, found: LookupAddress[]) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])
  const guard = createAddressGuard({ allowPrivateAddresses: false, resolve })
  const gets = createHttpGets({ connectMs: 10_000, lookup: guard.lookup! })
  onTestFinished(() => gets.close())
  const source = `https://files.example.org:${new URL(inside).port}/x`

  const sources = { gets, guard, userAgent: 'test' }
  const failure = await failureOf(openHttpSource(sourceFile({ source }), sources, new AbortController().signal))

  expect(failure.code).toBe('source_not_allowed')
  expect(failure.message).toContain('files.example.org')
  expect(connections).toBe(0)
})

test('of several addresses of a name only the public ones are given to the socket', () => {
  const resolve = (_: string, __: object, done: (error: null, found: LookupAddress[]) => void) =>
    done(null, [
      { address: '10.0.0.1', family: 4 },
      { address: '8.8.8.8', family: 4 },
    ])
  const { lookup } = createAddressGuard({ allowPrivateAddresses: false, resolve })
  const given: unknown[] = []

  lookup!('files.example.org', { all: true }, (_, found) => given.push(found))
  lookup!('files.example.org', {}, (_, address, family) => given.push([address, family]))

  expect(given).toEqual([[{ address: '8.8.8.8', family: 4 }], ['8.8.8.8', 4]])
})
