/** Where could a secret come to light? One is planted in every input, and all that people, logs and other machines get to see is searched. */
import { writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { allAnswers } from '../http/all-answers.ts'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

/** Each as it is handed in. The token and the password of the database are those that really work. */
const planted = {
  signature: '5ignatureThatNobodyMaySee',
  userInfo: 'pa55ThatNobodyMaySee',
  redirect: 'r3directThatNobodyMaySee',
  cookie: 'c00kieThatNobodyMaySee',
  awsSecret: 'aw5SecretThatNobodyMaySee',
  awsSession: 'aw5SessionThatNobodyMaySee',
  otherToken: '0therTokenThatNobodyMaySee',
  otherPassword: '0therPasswordThatNobodyMaySee',
  field: 'f1eldThatNobodyMaySee',
}

/** Presigned addresses must be kept, or nobody could read the files: here, and nowhere else. */
const whereSourcesAre = ['dataset_versions.manifest', 'zenodo_copy_files.source']

describe.each(databases)('secrets on %s', (kind) => {
  // what does not depend on the database is tried on one
  const isLast = kind === databases.at(-1)
  let world: World
  let tokenFile: string
  beforeEach(async () => {
    world = await createWorld(kind)
    tokenFile = join(dirname(new URL(world.databaseUrl).pathname), `token-${crypto.randomUUID()}`)
    if (kind === 'mariadb') tokenFile = `/tmp${tokenFile}`
    await writeFile(tokenFile, `${world.emulator.token}\n`)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })

  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const service = startService(args, {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN_FILE: tokenFile,
      ZENODO_REPLICATOR_HOSTNAME: 'here',
      ZENODO_REPLICATOR_WORKER_HOST: 'here',
      ZENODO_REPLICATOR_WORKER_ORPHANS_EVERY_SECONDS: '1',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_LOG_LEVEL: 'trace',
      ZENODO_REPLICATOR_RETRY_ATTEMPTS: '2',
      ZENODO_REPLICATOR_RETRY_BASE_SECONDS: '0.02',
      ZENODO_REPLICATOR_TRANSFER_FILE_ATTEMPTS: '2',
      ZENODO_REPLICATOR_TRANSFER_RETRY_BASE_SECONDS: '0.02',
      ZENODO_REPLICATOR_ZENODO_RETRY_BASE_SECONDS: '0.02',
      AWS_ENDPOINT_URL: `${world.source.url}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: planted.awsSecret,
      AWS_SESSION_TOKEN: planted.awsSession,
      ...env,
    })
    await service.ended()
    const { stdout, stderr } = service.said()
    return `$ ${args.join(' ')}\n${stdout}${stderr}`
  }

  /** Enqueues software of a dataset of its own, each with one file, whose source is changed. @returns the id of the copy */
  const enqueue = async (name: string, source: (url: string) => string = (url) => url) => {
    const manifest = world.manifest({ doi: `10.5061/dryad.${name}`, software: { [`${name}.txt`]: name } })
    for (const file of manifest.files.software) file.source = source(`${file.source}?sig=${planted.signature}`)
    return (await world.enqueueManifest(manifest, 'software')).software?.id ?? 0
  }

  /** Every way to fail that repeats, in its answer, something that it was told. */
  const troubles: Readonly<Record<string, () => Promise<unknown>>> = {
    good: () => enqueue('good'),
    'good as well': () => enqueue('better'),
    'Zenodo is down': async () => {
      await echoAt('down', { status: 503 })
      return enqueue('down')
    },
    'Zenodo refuses': async () => {
      await echoAt('refused', { status: 400 })
      return enqueue('refused')
    },
    'Zenodo refuses with the token in escapes': async () => {
      const escaped = [...world.emulator.token].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')
      await echoAt('escaped', {
        status: 400,
        body: `{"status":400,"message":"No, ${escaped}","errors":[{"field":"${escaped}"}]}`,
      })
      return enqueue('escaped')
    },
    'a redirect with a password': () => {
      answerOf('redirect', (response) =>
        response
          .writeHead(302, { location: `http://u:${planted.redirect}@127.0.0.1/x?sig=${planted.signature}` })
          .end(),
      )
      return enqueue('redirect')
    },
    'a source that is gone': () => {
      const cookies = { 'set-cookie': `session=${planted.cookie}`, 'x-request-id': planted.cookie }
      answerOf('gone', (response) => response.writeHead(404, cookies).end(planted.cookie))
      return enqueue('gone')
    },
    'a source that is cut': () => {
      answerOf('cut', (response) => {
        response.writeHead(200, { 'content-length': 3, 'x-trace': planted.cookie }).write('c', () => response.destroy())
      })
      return enqueue('cut')
    },
    'a bucket that repeats the keys': () => {
      const body = `<Error><Code>AccessDenied</Code><Message>${planted.awsSecret} ${planted.awsSession}</Message></Error>`
      world.source.misbehave('bucket/s3.txt', (_, response) => response.writeHead(403).end(body), 9)
      return enqueue('s3', () => `s3://bucket/s3.txt?sig=${planted.signature}`)
    },
  }

  const answerOf = (name: string, handler: (response: ServerResponse) => unknown) =>
    world.source.misbehave(`software/v1/${name}.txt`, (_, response) => void handler(response), 9)

  const echoAt = async (name: string, { status, body }: { status: number; body?: string }) => {
    const { token } = world.emulator
    const message = `No, Bearer ${token} and ${token}: ${world.source.url}/a.txt?sig=${planted.signature}`
    const echo = { status, message, error_id: token, errors: [{ field: token, messages: [message] }] }
    const headers = { 'content-type': 'application/json', 'x-request-id': token, location: `/?access_token=${token}` }
    const match = { method: 'PUT', path: `/api/files/.*/${name}.txt` }
    await world.zenodo.fault({ match, status, headers, body: body ?? JSON.stringify(echo), times: 9 })
  }

  /** Refused input is told with what was found, which is where it could show. */
  const refusedInputs = async () => {
    const folder = dirname(tokenFile)
    const manifest = world.manifest({ doi: '10.5061/dryad.bad', software: { 'a.txt': 'a' } })
    const [first] = manifest.files.software
    Object.assign(first ?? {}, {
      source: `https://u:${planted.userInfo}@files.example/?sig=${planted.signature}`,
    })
    const bad = join(folder, `${crypto.randomUUID()}.json`)
    const broken = join(folder, `${crypto.randomUUID()}.json`)
    const config = join(folder, `${crypto.randomUUID()}.yaml`)
    await writeFile(bad, JSON.stringify({ ...manifest, metadata: 5, secret: planted.field }))
    // cut where the parser quotes what is around
    await writeFile(broken, `[{"source": "x"}, ${planted.signature}]`)
    await writeFile(config, `zenodo:\n  token: ${planted.otherToken}\n  tokn: ${planted.otherToken}\n`)
    const url = `postgres://u:${planted.otherPassword}@h/x`
    return await Promise.all([
      run(['enqueue', bad, broken]),
      run(['enqueue', bad, '--json']),
      run(['enqueue', '--ndjson', broken, '--json']),
      run(['config', '--config', config]),
      run(['config', '--json'], { ZENODO_TOKEN_FILE: '', ZENODO_TOKEN: `${planted.otherToken} x` }),
      run(['doctor'], { DATABASE_URL: url }),
      run(['list'], { DATABASE_URL: `mysql://u:${planted.otherPassword}@127.0.0.1:1/x` }),
      run(['doctor'], { ZENODO_URL: `http://u:${planted.otherPassword}@127.0.0.1/` }),
      run(['doctor', '--json'], { ZENODO_TOKEN_FILE: '', ZENODO_TOKEN: planted.otherToken }),
    ])
  }

  const lookedAt = async (ids: readonly string[]) => {
    const shown = ids.map((id, index) => (index % 2 === 0 ? `show ${id}` : `show ${id} --json`))
    const others = ['list', 'list --json', 'config', 'config --json', 'doctor', 'doctor --json', 'orphans']
    return await Promise.all([...shown, ...others].map((line) => run(line.split(' '))))
  }

  /** Every value of every table, by column. */
  const stored = async () => {
    const db = openDatabase(world.databaseUrl)
    const list = {
      sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'",
      mariadb: 'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
    }
    const tables = db.dialect.rows(await db.knex.raw(list[kind])) as Array<{ name: string }>
    const columns = new Map<string, string>()
    for (const { name } of tables) {
      for (const row of (await db.knex(name)) as Array<Record<string, unknown>>) {
        for (const [column, value] of Object.entries(row)) {
          const key = `${name}.${column}`
          columns.set(key, `${columns.get(key) ?? ''}${value}\n`)
        }
      }
    }
    await db.close()
    return columns
  }

  it('115: none is in a log, an answer, a story, a notice or a table, but for the sources where they are kept', {
    timeout: 120_000,
  }, async () => {
    const ids = (await Promise.all(Object.values(troubles).map((trouble) => trouble()))).map(String)
    const bad = world.manifest({ doi: '10.5061/dryad.bad', software: { 'a.txt': 'a' } })
    for (const file of bad.files.software) file.source = `https://u:${planted.userInfo}@h/?sig=${planted.signature}`
    const overHttp = {
      dataset: '10.5061/dryad.good',
      manifest: { ...bad, secret: planted.field },
      odd: planted.otherToken,
    }
    const secrets = {
      ...planted,
      token: world.emulator.token,
      password: new URL(world.databaseUrl).password || planted.otherPassword,
    }
    await world.zenodo.fault({
      match: { method: 'POST', path: '/depositions$' },
      status: 400,
      body: { message: secrets.token },
    })

    const log = await run(['worker', '--once', '--wait'])
    expect(log).toContain('copy is in error')
    expect(log).toContain('copy finished')
    const acted = [await run(['requeue', ids[1] ?? '']), await run(['cancel', ids[2] ?? '', '--json'])]
    const said = [
      log,
      ...acted,
      ...(isLast ? await refusedInputs() : []),
      ...(await lookedAt(isLast ? ids : ids.slice(0, 1))),
    ]
    const http = await allAnswers(world.databaseUrl, { ids, ...overHttp })
    Object.assign(secrets, { apiToken: http.token })
    const columns = await stored()
    const asked = (await world.zenodo.requests()).map(({ method, path }) => `${method} ${path}`)

    for (const column of whereSourcesAre) expect(columns.get(column), column).toContain(secrets.signature)
    const seen = [
      ...[...said, ...http.said].map((text) => [text.split('\n')[0] ?? '', text] as const),
      ...[...columns].filter(([column]) => !whereSourcesAre.includes(column)),
      ['what Zenodo was asked', asked.join('\n')] as const,
    ]
    const shown = seen.flatMap(([place, text]) =>
      Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`${name} in ${place}`] : [])),
    )
    expect(shown).toEqual([])
    for (const text of said) expect(text.length).toBeGreaterThan(40)
    expect(columns.get('zenodo_copies.error_message')).toContain('Zenodo answered 400')
  })
})
