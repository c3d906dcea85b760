import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, held, hex, type World } from '../support/world.ts'

const gibibyte = 2 ** 30

/** A file of 1 GiB, written in pieces. @returns its md5. */
async function writeBigFile(path: string): Promise<string> {
  const piece = randomBytes(2 ** 20)
  const md5 = createHash('md5')
  const file = await open(path, 'w')
  for (let written = 0; written < gibibyte; written += piece.length) {
    piece.writeDoubleLE(written, 0)
    md5.update(piece)
    await file.write(piece)
  }
  await file.close()
  return md5.digest('hex')
}

describe.each(databases)('a file of 1 GiB on %s', (kind) => {
  let world: World
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-big-'))
    world = await createWorld(kind, { emulatorFolder: join(folder, 'zenodo') })
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })

  const worker = () =>
    startService(['worker', '--once', '--wait'], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_SOURCES_FILE_ROOTS: folder,
    })
  const putsOf = async (name: string) =>
    (await world.zenodo.requests()).filter((one) => one.method === 'PUT' && one.path.endsWith(`/${name}`))

  it('98: killed in the middle of it, the worker goes on afterwards: same deposition, finished files not sent again', async () => {
    const md5 = await writeBigFile(join(folder, 'big.bin'))
    const small = { 'a.txt': 'one', 'b.txt': 'two' }
    const manifest = world.manifest({ software: small })
    manifest.files.software.push({ path: 'big.bin', size: gibibyte, source: `file:${join(folder, 'big.bin')}` })
    const { software } = await world.enqueueManifest(manifest, 'software')
    const first = worker()
    await vi.waitFor(
      async () => {
        expect((await putsOf('big.bin'))[0]?.requestBytes).toBeGreaterThan(100_000_000)
        expect((await world.app.reading.files(software!.id)).filter((file) => file.state === 'sent')).toHaveLength(2)
      },
      { timeout: 20_000, interval: 20 },
    )
    first.signal('SIGKILL')
    await first.ended()
    const before = await world.copy(software!.id)
    expect(before).toMatchObject({ state: 'replicating', step: 'upload' })

    const second = worker()
    expect(await second.ended()).toBe(0)
    const after = await world.copy(before.id)
    expect(after).toMatchObject({ state: 'finished', depositionId: before.depositionId, bytesDone: gibibyte + 6 })
    expect(held(await world.zenodo.record(after.depositionId))).toEqual({
      'a.txt': hex('md5', 'one'),
      'b.txt': hex('md5', 'two'),
      'big.bin': md5,
    })
    const counts = await Promise.all(['a.txt', 'b.txt', 'big.bin'].map(async (name) => (await putsOf(name)).length))
    expect(counts).toEqual([1, 1, 2])
  }, 120_000)
})
