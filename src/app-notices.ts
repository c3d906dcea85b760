/** Who is told, by what way? The channels over which messages go out, as the settings have them. */
import { lookup } from 'node:dns/promises'
import type { Config } from './config.ts'
import type { Secrets } from './reload.ts'
import type { StoredMessage } from './replication/ports/outbox.ts'
import { createAddressGuard, isPublicAddress } from './transfer/address-guard.ts'
import type { Delivery } from './worker/deliver.ts'

interface NoticeParts {
  readonly config: Config
  /** Those of now. */
  readonly secrets: () => Secrets
  readonly userAgent: string
}

export interface Notices {
  readonly deliveries: readonly Delivery[]
  close(): Promise<void>
}

export function hasMail({ mail }: Config): boolean {
  return mail.host !== ''
}

/** What is not set up is not there. The libraries are loaded with the first message. */
export async function openNotices(parts: NoticeParts): Promise<Notices> {
  const { config } = parts
  const webhook = config.webhook.url === '' ? null : await openWebhook(parts)
  const deliveries: Delivery[] = []
  if (webhook !== null) {
    const { inFlight, retrySeconds } = config.webhook
    const send = webhook.send
    deliveries.push({ channel: 'webhook', inFlight, retryMs: inMs(retrySeconds), send, prepare: null })
  }
  if (hasMail(config)) deliveries.push(await mailDelivery(parts))
  return { deliveries, close: async () => await webhook?.close() }
}

function inMs(schedule: readonly number[]): number[] {
  return schedule.map((seconds) => seconds * 1000)
}

async function openWebhook({ config: { webhook }, secrets, userAgent }: NoticeParts) {
  const { createWebhookSender } = await import('./notices/webhook.ts')
  const guard = createAddressGuard({ allowPrivateAddresses: webhook.allowPrivateAddresses })
  return createWebhookSender({
    url: webhook.url,
    secrets: () => secrets().webhookSecret,
    timeoutMs: webhook.timeoutSeconds * 1000,
    userAgent,
    guard: guard.lookup === undefined ? null : { requireAllowed: requirePublic(guard), lookup: guard.lookup },
  })
}

function requirePublic(guard: { requireAllowed(url: URL, path: string): void }): (url: URL) => void {
  return (url) => guard.requireAllowed(url, 'webhook.url')
}

async function mailDelivery({ config, secrets }: NoticeParts): Promise<Delivery> {
  const { sendMail } = await import('./notices/mail.ts')
  const { gatherMinutes, dailyAt, retrySeconds } = config.mail
  const settings = mailSettings({ config, secrets })
  return {
    channel: 'mail',
    inFlight: 1,
    retryMs: inMs(retrySeconds),
    send: (mail: StoredMessage, signal) => sendMail(settings, mail, signal),
    prepare: async (outbox, lead) => {
      await outbox.gatherErrors(lead.proof, gatherMinutes * 60_000)
      if (dailyAt !== '') await outbox.writeDaily(lead.proof, dailyAt)
    },
  }
}

function mailSettings({ config, secrets }: Omit<NoticeParts, 'userAgent'>) {
  return { ...config.mail, password: () => secrets().mailPassword }
}

/** Where the name in webhook.url leads. @throws what the name service says when it leads nowhere */
export async function webhookAddresses({ webhook }: Config) {
  const found = await lookup(new URL(webhook.url).hostname.replace(/^\[|\]$/g, ''), { all: true })
  return found.map(({ address }) => ({ address, isPublic: isPublicAddress(address) }))
}

/** @throws Failure `receiver_unavailable` */
export async function probeMail(parts: Omit<NoticeParts, 'userAgent'>): Promise<void> {
  const { probeMailServer } = await import('./notices/mail.ts')
  await probeMailServer(mailSettings(parts))
}

/** A test message by each channel that is set up. */
export async function sendTests(parts: NoticeParts, signal: AbortSignal) {
  const notices = await openNotices(parts)
  const at = new Date().toISOString()
  const about = { copyId: null, createdAt: at, attempts: 0, id: 0 }
  const message = (channel: Delivery['channel']): StoredMessage => ({
    ...about,
    channel,
    key: `msg_test_${crypto.randomUUID()}`,
    kind: 'test',
    payload: { note: 'This is a test. Nothing happened.' },
  })
  try {
    return await Promise.all(
      notices.deliveries.map(async ({ channel, send }) => ({ channel, attempt: await send(message(channel), signal) })),
    )
  } finally {
    await notices.close()
  }
}
