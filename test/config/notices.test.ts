/** Are settings for webhooks and mail refused where they would let messages go astray, and their secrets kept? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { printable } from '../../src/config/printable.ts'
import { loadConfig } from '../../src/config.ts'
import { isFailure } from '../../src/core/failure.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
const url = 'https://repository.example/hooks'
const mailing = { 'mail.host': 'smtp.example', 'mail.from': 'a@example.org', 'mail.to': ['b@example.org'] }

function load(flags: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) {
  return loadConfig({ env, hostname: 'here', flags })
}

function refusalOf(flags: Record<string, unknown>): string {
  try {
    load(flags)
    return 'accepted'
  } catch (error) {
    if (!isFailure(error, 'config_invalid')) throw error
    return error.message
  }
}

describe('settings of those who are told', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'notices-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (content: string) => {
    const path = join(folder, 'secret')
    writeFileSync(path, content)
    return path
  }

  it('an address needs a secret, and plain http: the leave to stay on networks of ones own', () => {
    expect(refusalOf({ 'webhook.url': url })).toMatch(/^webhook\.secret/)
    expect(refusalOf({ 'webhook.url': 'http://10.0.0.7/hooks', 'webhook.secret': secret })).toMatch(/^webhook\.url/)
    const lenient = { 'webhook.url': 'http://10.0.0.7/hooks', 'webhook.allowPrivateAddresses': true }
    expect(refusalOf({ ...lenient, 'webhook.secret': secret })).toBe('accepted')
  })

  it.each([
    ['too short', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['a word', 'correct-horse-battery-staple'],
    ['three of them', `${secret} ${other} ${secret}`],
  ])('a secret is refused that is %s, and is not repeated', (_what, given) => {
    const words = refusalOf({ 'webhook.url': url, 'webhook.secret': given })
    expect(words).toMatch(/^webhook\.secret .*24 to 64 bytes/)
    expect(words).not.toContain(given)
  })

  it('a file holds the new and the old secret while it is renewed', () => {
    const { config, origins } = load({ 'webhook.url': url, 'webhook.secretFile': file(`${secret}\n${other}\n`) })
    expect(config.webhook.secret.split(/\s+/)).toEqual([secret, other])
    const shown = JSON.stringify(printable(config, origins))
    expect(shown).not.toContain(secret)
    expect(refusalOf({ 'webhook.url': url, 'webhook.secretFile': file('nothing of the kind') })).toMatch(/secretFile/)
  })

  it('mail needs a sender and somebody to read it', () => {
    expect(refusalOf(mailing)).toBe('accepted')
    expect(refusalOf({ ...mailing, 'mail.from': '' })).toMatch(/^mail\.from/)
    expect(refusalOf({ ...mailing, 'mail.to': [] })).toMatch(/^mail\.to/)
  })

  it.each(['a@example.org\r\nBcc: c@example.org', 'a@example.org, c@example.org', 'nobody', '<a@example.org'])(
    'no address is taken that would say more in a header: %j',
    (address) => {
      expect(refusalOf({ ...mailing, 'mail.to': [address] })).toMatch(/^mail\.to/)
      expect(refusalOf({ ...mailing, 'mail.from': address })).toMatch(/^mail\.from/)
    },
  )

  it('the environment takes lists of pauses and of addresses', () => {
    const { config } = load(mailing, {
      ZENODO_REPLICATOR_WEBHOOK_RETRY_SECONDS: '[1, 2.5]',
      ZENODO_REPLICATOR_MAIL_FROM: 'Data team <data@example.org>',
    })
    expect(config.webhook.retrySeconds).toEqual([1, 2.5])
    expect(load({}, { ZENODO_REPLICATOR_MAIL_TO: 'a@example.org,b@example.org' }).config.mail.to).toHaveLength(2)
  })
})
