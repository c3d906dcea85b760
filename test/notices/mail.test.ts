/** What do people get by mail? From a real SMTP server: what it was told, and what stands in it. */

import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type MailSettings, probeMailServer, sendMail } from '../../src/notices/mail.ts'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

const never = new AbortController().signal

describe('mails', () => {
  let server: SMTPServer
  let port: number
  let mails: Mail[]
  let user: unknown

  const listen = async (more: SMTPServerOptions = {}) => {
    mails = []
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        let raw = ''
        stream.on('data', (chunk: Buffer) => {
          raw += chunk.toString()
        })
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope
          user = session.user
          mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw })
          done()
        })
      },
      ...more,
    })
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.server.address() as AddressInfo).port
  }
  beforeEach(async () => await listen())
  afterEach(async () => {
    await new Promise<void>((resolve) => server.close(resolve))
  })

  const settings = (more: Partial<MailSettings> = {}): MailSettings => ({
    host: '127.0.0.1',
    port,
    tls: 'none',
    user: '',
    password: () => '',
    from: 'Copies <replicator@example.org>',
    to: ['one@example.org', 'two@example.org'],
    links: 'https://console.example/',
    ...more,
  })
  const incident = {
    incidentId: 7,
    cause: 'zenodo',
    code: 'zenodo_unavailable',
    message: 'Zenodo answered 503 <b>now</b> for https://zenodo.org/api?access_token=abc\r\nBcc: thief@example.org',
    hint: 'Wait.',
    openedAt: '2026-11-24T12:00:00.000Z',
  }
  const opened = { key: 'msg_1', kind: 'incident.opened', payload: incident }
  const fields = ({ raw }: Mail) => raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n\s+/g, ' ')
  const field = (mail: Mail, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(fields(mail))?.[1]

  it('tell of an incident and of its end in one thread, to all who are named, without secrets', async () => {
    expect(await sendMail(settings(), opened, never)).toEqual({ kind: 'delivered', status: null })
    const closed = {
      key: 'msg_2',
      kind: 'incident.closed',
      payload: { ...incident, closedAt: '2026-11-24T13:00:00.000Z' },
    }
    await sendMail(settings(), closed, never)
    const [first, second] = mails as [Mail, Mail]
    expect(first).toMatchObject({ from: 'replicator@example.org', to: ['one@example.org', 'two@example.org'] })
    expect(field(first, 'subject')).toMatch(/Zenodo is out of order/)
    expect(field(second, 'subject')).toMatch(/Over: Zenodo is out of order/)
    expect(field(second, 'in-reply-to')).toBe(field(first, 'message-id'))
    expect(field(first, 'message-id')).toMatch(/@example\.org>$/)
    expect(field(first, 'auto-submitted')).toBe('auto-generated')
    const text = first.raw.replace(/=\r\n/g, '')
    expect(text).toContain('https://console.example/worker')
    expect(text).not.toContain('access_token=3Dabc')
    expect(text).toContain('&lt;b>now')
  })

  it('have no header that a failure, or a message of somebody else, could put into them', async () => {
    const evil = { key: 'msg_3', kind: 'evil\r\nBcc: thief@example.org', payload: {} }
    await sendMail(settings(), evil, never)
    await sendMail(settings(), opened, never)
    for (const mail of mails) {
      expect(fields(mail)).not.toMatch(/^bcc/im)
      expect(mail.to).not.toContain('thief@example.org')
    }
  })

  it('of a thousand copies in error are short', async () => {
    const causes = Array.from({ length: 40 }, (_, index) => ({
      code: `code_${index}`,
      count: 25,
      hint: 'h'.repeat(900),
    }))
    const copies = Array.from({ length: 20 }, (_, index) => {
      return {
        copyId: index,
        doi: '10.5061/dryad.x',
        version: 1,
        type: 'software',
        code: 'c',
        message: 'm'.repeat(2000),
      }
    })
    await sendMail(
      settings(),
      { key: 'msg_4', kind: 'copies.in_error', payload: { total: 1000, causes, copies } },
      never,
    )
    expect(field(mails[0]!, 'subject')).toMatch(/1000 copies need a person/)
    expect(mails[0]!.raw.length).toBeLessThan(50_000)
  })

  it('go with user and password where the server wants them, and say so when it refuses those', async () => {
    await new Promise<void>((resolve) => server.close(resolve))
    await listen({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error('no')),
    })
    await sendMail(settings({ user: 'me', password: () => 'right' }), opened, never)
    expect(user).toBe('me')
    const refused = await sendMail(settings({ user: 'me', password: () => 'wrong-one' }), opened, never)
    expect(refused).toMatchObject({ failure: { message: expect.stringMatching(/refuses the user or the password/) } })
    expect(JSON.stringify(refused)).not.toContain('wrong-one')
    // so does doctor, which sends nothing
    await probeMailServer(settings({ user: 'me', password: () => 'right' }))
    await expect(probeMailServer(settings({ user: 'me', password: () => 'wrong-one' }))).rejects.toThrow(
      /refuses the user or the password/,
    )
    expect(mails).toHaveLength(1)
  })

  it('never go in the clear where TLS is wanted, and are kept when the server is away or puts them off', async () => {
    const insecure = await sendMail(settings({ tls: 'starttls' }), opened, never)
    expect(insecure).toMatchObject({ kind: 'failed', failure: { code: 'receiver_unavailable' } })
    expect(mails).toEqual([])
    await new Promise<void>((resolve) => server.close(resolve))
    expect(await sendMail(settings(), opened, never)).toMatchObject({ failure: { code: 'receiver_unavailable' } })
    await listen({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('greylisted'), { responseCode: 451 })),
    })
    expect(await sendMail(settings(), opened, never)).toMatchObject({
      failure: { code: 'receiver_unavailable' },
      status: 451,
    })
  })

  describe.each(databases)('from a worker on %s', (kind) => {
    let world: World
    let stop: AbortController
    let working: Promise<void>
    beforeEach(async () => {
      world = await createWorld(kind, {
        config: {
          'mail.host': '127.0.0.1',
          'mail.port': port,
          'mail.tls': 'none',
          'mail.from': 'replicator@example.org',
          'mail.to': ['one@example.org'],
          'mail.gatherMinutes': 0.02,
          'retry.attempts': 1,
        },
      })
      stop = new AbortController()
      working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
    })
    afterEach(async () => {
      stop.abort('the test is over')
      await working
      await world.close()
    })
    const subjects = () => mails.map((mail) => field(mail, 'subject') ?? '')
    const enqueueBad = async (number: number) => {
      const name = `${number}.R`
      const copies = await world.enqueue({ doi: `10.5061/dryad.e${number}`, software: { [name]: 'a' } }, 'software')
      return copies.software!.id
    }

    it('copies in error come at once, and those that follow soon together', async () => {
      await expect
        .poll(async () => world.events.some((event) => event.kind === 'worker.ready'), { timeout: 20_000 })
        .toBe(true)
      await world.app.desk.setSwitch('pause', { name: 'test', reason: null })
      const ids = [await enqueueBad(1)]
      for (const number of [2, 3, 4]) ids.push(await enqueueBad(number))
      for (const number of [1, 2, 3, 4]) world.source.put(`software/v1/${number}.R`, 'aaa')
      await world.app.desk.clearSwitch('pause', { name: 'test', reason: null })
      await expect.poll(() => subjects().length, { timeout: 20_000 }).toBeGreaterThan(0)
      const told = () => subjects().reduce((sum, subject) => sum + Number(/(\d+) copies/.exec(subject)?.[1] ?? 1), 0)
      await expect.poll(told, { timeout: 20_000 }).toBe(ids.length)
      expect(subjects().every((subject) => subject.includes('source_size_differs'))).toBe(true)
    })

    it('an incident is one mail, however many copies wait, and one when it is over', async () => {
      const unavailable = new Failure('zenodo_unavailable', 'Zenodo answered 503.')
      await expect
        .poll(async () => world.events.some((event) => event.kind === 'worker.ready'), { timeout: 20_000 })
        .toBe(true)
      const lease = await world.app.leases.look('zenodo')
      const proof = { name: 'zenodo', holder: lease.holder ?? '', term: lease.term }
      const settle = async (now: Failure | null) =>
        await world.app.incidents.settle(proof, ['zenodo', 'token'], now && { cause: 'zenodo', failure: now }, true)
      expect(await Promise.all([settle(unavailable), settle(unavailable)])).toContain(true)
      await settle(unavailable)
      await settle(null)
      await settle(null)
      await expect.poll(() => subjects().length, { timeout: 20_000 }).toBe(2)
      expect(subjects().toSorted()).toEqual([
        expect.stringMatching(/\] Over: Zenodo/),
        expect.stringMatching(/\] Zenodo is out/),
      ])
    })
  })
})
