/** Can those be reached who are to be told: the repository by webhook, people by mail? */
import type { App } from '../../app.ts'
import type { Config } from '../../config.ts'
import { asFailure } from '../../core/failure.ts'
import { type Finding, orElse } from './finding.ts'

export async function webhook({ config, receivers }: App): Promise<readonly Finding[]> {
  const { url } = config.webhook
  if (url === '') return [['ok', 'The repository is told nothing: webhook.url is empty.']]
  const { hostname } = new URL(url)
  try {
    return judgeWebhook(config.webhook, await receivers.webhookAddresses())
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
    const found = `The name ${hostname} of webhook.url leads nowhere (${reason}).`
    return [['warn', found, 'Check webhook.url and the name service; messages wait until then.']]
  }
}

interface Address {
  readonly address: string
  readonly isPublic: boolean
}

/** The form of the secret and of the address is seen to when the settings are read. */
export function judgeWebhook(
  { url, secret, allowPrivateAddresses }: Pick<Config['webhook'], 'url' | 'secret' | 'allowPrivateAddresses'>,
  addresses: readonly Address[],
): readonly Finding[] {
  const { hostname, protocol } = new URL(url)
  const troubles: Finding[] = []
  const places = addresses.map(({ address }) => address)
  const isLoopback = places.every((address) => address === '::1' || address.startsWith('127.'))
  if (protocol === 'http:' && !isLoopback) {
    troubles.push(['warn', 'webhook.url is plain http:, so messages can be read on their way.', 'Use https:.'])
  }
  if (!allowPrivateAddresses && !addresses.some(({ isPublic }) => isPublic)) {
    const found = `${hostname} of webhook.url has no public address (${places.join(', ')}): no message goes there.`
    troubles.push(['warn', found, 'If it is meant, set webhook.allowPrivateAddresses: true.'])
  }
  if (allowPrivateAddresses && addresses.every(({ isPublic }) => isPublic)) {
    const found = `webhook.allowPrivateAddresses is true, but ${hostname} is public.`
    troubles.push(['warn', found, 'Leave it out: it guards against a name that leads into your network.'])
  }
  if (/\s/.test(secret)) {
    const right = 'Once the receiver has the first, leave the second out.'
    troubles.push(['warn', 'Messages are signed with two secrets, as while one is renewed.', right])
  }
  return orElse(troubles, `${hostname} has an address that may be reached. \`notify test\` sends a message.`)
}

export async function mail({ config, receivers }: App): Promise<Finding> {
  const { host, user, tls } = config.mail
  if (host === '') return ['ok', 'People are told nothing by mail: mail.host is empty.']
  try {
    await receivers.probeMail()
  } catch (error) {
    return ['warn', asFailure(error).message, 'Check mail.* and the network; mails wait until then.']
  }
  if (tls === 'none' && user !== '') {
    return ['warn', `The password for ${host} travels in the clear: mail.tls is none.`, 'Use starttls or implicit.']
  }
  return ['ok', `The mail server ${host} answers${user === '' ? '' : ', and takes the password'}.`]
}
