/** Does the service get on with systemd: its units, its messages, its credentials? */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, isHere } from '../support/programs.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const units = ['zenodo-replicator.service', 'zenodo-replicator-web.service']

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'systemd-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe.skipIf(!isHere('systemd-analyze'))('the units (systemd-analyze)', () => {
  it.each(units)('%s says nothing that systemd does not understand, and leaves little open', async (unit) => {
    const text = await readFile(join(root, 'config', unit), 'utf8')
    const here = join(folder, unit)
    // what it starts must be there
    await writeFile(here, text.replace('/usr/bin/node', process.execPath).replaceAll('/opt/zenodo-replicator/', root))
    expect(ask('systemd-analyze', ['verify', here])).toEqual({ code: 0, said: '' })
    // 0 is shut, 100 open; a service without any of it has 92
    const { code, said } = ask('systemd-analyze', ['security', '--offline=true', '--threshold=25', '--no-pager', here])
    expect([code, said]).toEqual([0, expect.stringContaining('Overall exposure level')])
  })
})

describe('under systemd', () => {
  let world: World
  const told = () => readFile(join(folder, 'told'), 'utf8').catch(() => '')
  beforeEach(async () => {
    world = await createWorld('sqlite')
    // stands for the program of this name, and writes down what it is given
    await writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${join(folder, 'told')}\n`)
    await chmod(join(folder, 'systemd-notify'), 0o755)
    await writeFile(join(folder, 'database-url'), `${world.databaseUrl}\n`)
    await writeFile(join(folder, 'token'), world.emulator.token)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })
  const start = (...args: string[]) =>
    startService(args, {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      NOTIFY_SOCKET: join(folder, 'socket'),
      WATCHDOG_USEC: '800000',
      DATABASE_URL_FILE: join(folder, 'database-url'),
      ZENODO_TOKEN_FILE: join(folder, 'token'),
      ZENODO_URL: world.emulator.url,
    })

  it.each([
    ['worker', /^READY=1 STATUS=leads$/m],
    ['serve', /^READY=1 STATUS=answers at http/m],
  ])('`%s` with credentials in files says when it is up, that it lives, and that it stops', async (command, up) => {
    const service = start(command, ...(command === 'serve' ? ['--port', '0'] : []))
    await expect.poll(told, { timeout: 20_000 }).toMatch(up)
    await expect.poll(told, { timeout: 20_000 }).toMatch(/^WATCHDOG=1$/m)
    service.signal('SIGTERM')
    expect(await service.ended()).toBe(0)
    await expect.poll(told, { timeout: 20_000 }).toMatch(/^STOPPING=1/m)
  })

  it('a worker that stands by is up', async () => {
    const first = start('worker')
    await first.says(/worker ready/)
    start('worker')
    await expect.poll(told, { timeout: 20_000 }).toMatch(/^READY=1 STATUS=stands by; /m)
  })
})
