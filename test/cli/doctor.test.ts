/** Does `doctor` find what is most likely not meant so, and say what would be right? */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { elsewhere } from '../../src/cli/doctor/account.ts'
import { judgeWebhook } from '../../src/cli/doctor/notices.ts'
import { judgeServer } from '../../src/cli/doctor/server.ts'
import { settings } from '../../src/cli/doctor/settings.ts'
import { judgeFileSystem, judgeMeans } from '../../src/cli/doctor/this-host.ts'
import { loadConfig } from '../../src/config.ts'
import { serverFacts } from '../../src/db/server-facts.ts'
import { createTestDatabase, databases } from '../support/database.ts'
import { type Desk, openDesk } from './setup.ts'

const configOf = (flags: Readonly<Record<string, unknown>>) =>
  loadConfig({ env: {}, hostname: 'transfer1', flags }).config
const gib = 1024 ** 3

describe('of settings', () => {
  const production = { 'zenodo.url': 'https://zenodo.org', 'zenodo.contact': 'mailto:data@example.org' }

  it('the defaults, and those of a production, are fine', () => {
    const server = { 'database.url': 'mysql://r@db/r', 'worker.host': ['transfer1', 'transfer2'] }
    expect(settings(configOf({ ...production, ...server }))).toMatchObject([['ok', expect.any(String)]])
    expect(settings(configOf({ 'zenodo.url': 'http://127.0.0.1:8081' }))).toMatchObject([['ok', expect.any(String)]])
  })

  it.each([
    [{ 'zenodo.url': 'http://zenodo.example.org' }, 'the token travels in the clear'],
    [{ ...production, 'zenodo.url': 'https://zenodo.org/records' }, 'without a path'],
    [{ ...production, 'zenodo.contact': '' }, 'zenodo.contact is empty'],
    [{ ...production, 'zenodo.requestsPerMinute': 5000 }, 'more than Zenodo is known to allow'],
    [{ 'zenodo.requestsPerHour': 50 }, 'is less than zenodo.requestsPerMinute'],
    [{ 'database.url': 'mysql://r@db/r', 'worker.lease.ttlSeconds': 5 }, 'At least 10'],
    [{ ...production, 'worker.lease.quarantineSeconds': 5 }, 'At least 60'],
    [{ 'worker.pollSeconds': 60 }, 'is longer than worker.lease.ttlSeconds'],
    [{ 'worker.host': ['transfer1', 'transfer2'] }, 'Several hosts need MySQL or MariaDB'],
    [{ 'database.url': 'mysql://r@db/r', 'worker.host': ['a', 'A'] }, 'names one host twice'],
    [{ 'worker.slots': 1 }, 'worker.slots is 1'],
    [{ 'retry.baseSeconds': 0 }, 'all attempts of a copy are made at once'],
    [{ 'limits.bytesPerFile': 60_000_000_000 }, 'A file larger than a record never goes'],
    [{ 'sources.fileRoots': ['/'] }, 'can have any file of this host published'],
    [{ 'server.host': '0.0.0.0' }, 'tokens travel in the clear'],
    [
      { 'server.host': '0.0.0.0', 'server.publicUrl': 'https://r.example.org', 'server.metricsWithoutToken': true },
      'others reach the port',
    ],
    [{ 'worker.metricsPort': 8080 }, 'On one host they need two'],
  ])('%j is told', (flags, words) => {
    const config = configOf({ 'zenodo.contact': 'mailto:data@example.org', ...flags })
    const found = settings(config)
    expect(found).toHaveLength(1)
    expect(found[0]?.[0]).toBe('warn')
    expect(found.flat().join(' ')).toContain(words)
  })
})

describe('of this host', () => {
  const config = configOf({})

  it('memory and open files are held against what a worker may need', () => {
    expect(judgeMeans(config, { memoryBytes: gib, openFiles: 1024 })).toMatchObject([['ok', expect.any(String)]])
    const found = judgeMeans(config, { memoryBytes: gib / 8, openFiles: 64 })
    expect(found.flat().join(' ')).toMatch(/411 MB of memory; .* 134 MB.*196 open files; .* 64/)
  })

  it('a database on a network and a full disk are told', () => {
    const place = { what: 'The SQLite database', folder: '/mnt', locks: true }
    const disk = { type: 0xef53, bavail: gib, bsize: 4096 }
    expect(judgeFileSystem(place, disk)).toEqual([])
    expect(
      judgeFileSystem(place, { ...disk, type: 0x6969 })
        .flat()
        .join(' '),
    ).toContain('which is NFS')
    expect(judgeFileSystem({ ...place, locks: false }, { ...disk, type: 0x6969 })).toEqual([])
    expect(
      judgeFileSystem(place, { ...disk, bavail: 100 })
        .flat()
        .join(' '),
    ).toContain('410 kB are free')
  })
})

describe('of the database server', () => {
  const fine = {
    version: '10.11.6-MariaDB',
    logsStatements: false,
    maxAllowedPacket: 16 * 1024 * 1024,
    maxConnections: 151,
    readOnly: false,
  }
  it('one that is set up for the service is fine', () => {
    expect(judgeServer(fine)[0]?.[0]).toBe('ok')
    expect(judgeServer({ ...fine, version: '8.0.36' })[0]?.[0]).toBe('ok')
  })
  it.each([
    [{ version: '10.5.2-MariaDB' }, 'MariaDB 10.6'],
    [{ version: '5.7.44' }, 'MySQL 8'],
    [{ logsStatements: true }, 'binlog_format = ROW'],
    [{ maxAllowedPacket: 1024 * 1024 }, 'max_allowed_packet is 1 MiB'],
    [{ readOnly: true }, 'read-only'],
    [{ maxConnections: 10 }, 'max_connections is 10'],
  ])('%j is told', (facts, words) => {
    const found = judgeServer({ ...fine, ...facts })
    expect(found).toHaveLength(1)
    expect(found.flat().join(' ')).toContain(words)
  })
  it.runIf(databases.includes('mariadb'))('the facts are those of the server', async () => {
    const database = await createTestDatabase('mariadb')
    try {
      expect(await serverFacts(database.db)).toMatchObject({ version: expect.stringMatching(/^\d/), readOnly: false })
      expect((await serverFacts(database.db))?.maxAllowedPacket).toBeGreaterThan(1024)
    } finally {
      await database.drop()
    }
  })
})

it('a database of production used with the sandbox is told', () => {
  const copy = { id: 7, recordUrl: 'https://zenodo.org/records/4711' }
  expect(elsewhere(copy, 'https://www.zenodo.org/')).toBeNull()
  expect(elsewhere(copy, 'https://sandbox.zenodo.org')?.join(' ')).toContain('the two must not be mixed')
})

describe('of those who are told', () => {
  const fine = { url: 'https://repository.example/hook?key=abc', secret: 'whsec_x', allowPrivateAddresses: false }
  const outside = { address: '203.0.113.7', isPublic: true }
  const inside = { address: '10.0.0.7', isPublic: false }

  it('a public address by https:, and a private one that is meant, are fine', () => {
    expect(judgeWebhook(fine, [outside, inside])).toMatchObject([['ok', expect.any(String)]])
    expect(judgeWebhook({ ...fine, allowPrivateAddresses: true }, [inside])).toMatchObject([['ok', expect.any(String)]])
    const here = { ...fine, url: 'http://127.0.0.1:9/', allowPrivateAddresses: true }
    expect(judgeWebhook(here, [{ address: '127.0.0.1', isPublic: false }])).toMatchObject([['ok', expect.any(String)]])
  })

  it.each([
    [{}, inside, 'has no public address (10.0.0.7)'],
    [{ allowPrivateAddresses: true }, outside, 'is true, but repository.example is public'],
    [{ url: 'http://inside.example/', allowPrivateAddresses: true }, inside, 'can be read on their way'],
    [{ secret: 'whsec_new whsec_old' }, outside, 'signed with two secrets'],
  ])('%j is told, and nothing of the secrets and of the path', (more, address, words) => {
    const found = judgeWebhook({ ...fine, ...more }, [address])
    expect(found).toHaveLength(1)
    expect(found[0]?.[0]).toBe('warn')
    expect(found.flat().join(' ')).toContain(words)
    expect(found.flat().join(' ')).not.toMatch(/whsec|key=/)
  })
})

describe('run as a command', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
    await desk.run(['migrate'])
  })
  afterAll(async () => desk.close())
  const line = async (name: string, env: Record<string, string>) => {
    const { stdout } = await desk.run(['doctor'], env)
    return stdout.split('\n').find((one) => one.split(/ +/)[1] === name)
  }

  it('tells a file with a secret that others may read', async () => {
    const file = join(desk.folder, 'token')
    await writeFile(file, desk.env.ZENODO_TOKEN!)
    await chmod(file, 0o644)
    const env = { ZENODO_TOKEN: '', ZENODO_TOKEN_FILE: file }
    expect(await line('secrets', env)).toMatch(/warn .*is open to everybody on this host \(mode 644\)/)
    await chmod(file, 0o400)
    expect(await line('secrets', env)).toMatch(/ok +secrets/)
  })

  it('tells a host that has another name than in worker.host', async () => {
    const env = { ZENODO_REPLICATOR_HOSTNAME: 'transfer1', ZENODO_REPLICATOR_WORKER_HOST: 'transfer1.example.org' }
    const { stdout } = await desk.run(['doctor'], env)
    expect(stdout).toContain('set ZENODO_REPLICATOR_HOSTNAME=transfer1.example.org here')
  })

  it('tells a token of an account that does not get at what was finished', async () => {
    await desk.run(['send', await desk.manifest({ software: { 'a.R': 'a' } })])
    expect(await line('account', {})).toMatch(/ok +account/)
    const users = [{ name: 'other', token: 'other-token' }]
    await fetch(`${desk.emulator.url}/_emulator/settings`, { method: 'POST', body: JSON.stringify({ users }) })
    expect(await line('account', { ZENODO_TOKEN: 'other-token' })).toMatch(/warn .*does not get at deposition/)
  })

  it('tells a variable that is misspelt, and which is meant', async () => {
    const { code, stderr } = await desk.run(['doctor'], { ZENODO_REPLICATOR_WORKER_SLOT: '4' })
    expect(code).toBe(3)
    expect(stderr).toContain('for instance ZENODO_REPLICATOR_WORKER_SLOTS')
  })

  it('finds ways to sign in by which nobody gets in, or everybody does', async () => {
    const { stdout } = await desk.run(['doctor'], {
      ZENODO_REPLICATOR_SERVER_PUBLIC_URL: 'https://console.example',
      ZENODO_REPLICATOR_SERVER_OIDC_ISSUER: 'http://127.0.0.1:9',
      ZENODO_REPLICATOR_SERVER_OIDC_CLIENT_ID: 'replicator',
      ZENODO_REPLICATOR_SERVER_PROXY_HEADER_NAME: 'X-Forwarded-User',
      ZENODO_REPLICATOR_SERVER_PROXY_HEADER_TRUSTED_ADDRESSES: '10.0.0.0/1',
    })
    for (const found of [
      /server\.trustedProxies is empty: all people share one address/,
      /server\.oidc\.roles is empty: nobody can sign in/,
      /server\.proxyHeader\.roles is empty: nobody gets in/,
      /10\.0\.0\.0\/1: who reaches the port is whoever they like/,
      /http:\/\/127\.0\.0\.1:9 does not answer as an identity provider/,
    ])
      expect(stdout).toMatch(found)
  })
  it('tells a receiver whose address is not allowed, and a mail server that does not answer', async () => {
    const { stdout } = await desk.run(['doctor'], {
      ZENODO_REPLICATOR_WEBHOOK_URL: 'https://127.0.0.1/hook/abc',
      ZENODO_REPLICATOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      ZENODO_REPLICATOR_MAIL_HOST: '127.0.0.1',
      ZENODO_REPLICATOR_MAIL_PORT: '9',
      ZENODO_REPLICATOR_MAIL_FROM: 'replicator@example.org',
      ZENODO_REPLICATOR_MAIL_TO: 'data@example.org',
    })
    expect(stdout).toMatch(/warn +webhook +127\.0\.0\.1 of webhook\.url has no public address/)
    expect(stdout).toMatch(/warn +mail +The mail server 127\.0\.0\.1 cannot be used/)
    expect(stdout).not.toContain('hook/abc')
  })
})
