/** Can a path lead out of the allowed folders, or keep us waiting, when what lies there is no file or changes under our hands? */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { failureOf, md5Of, options, setup, sourceFile } from './setup.ts'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, open: vi.fn(real.open), readlink: vi.fn(real.readlink) }
})
const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
afterEach(() => {
  vi.mocked(open).mockImplementation(real.open)
})

const onLinux = test.runIf(process.platform === 'linux')

/** `way/a.txt` in a root, and one of the same size and other bytes outside of it. */
async function folders() {
  const base = await mkdtemp(join(tmpdir(), 'transfer-test-'))
  onTestFinished(() => rm(base, { recursive: true }))
  const [inside, outside] = [join(base, 'inside'), join(base, 'outside')]
  await Promise.all([mkdir(join(inside, 'way'), { recursive: true }), mkdir(outside)])
  await writeFile(join(inside, 'way', 'a.txt'), 'abc')
  await writeFile(join(outside, 'a.txt'), 'xyz')
  const { transfer } = setup({ fileRoots: [inside] })
  const read = (path: string, size = 3) =>
    transfer.digest(sourceFile({ source: `file:${inside}/${path}`, size }), options())
  return { base, inside, outside, read }
}

/** Does something between our look at a path and its opening. */
function beforeOpening(act: () => Promise<unknown>, afterwards: () => Promise<unknown> = async () => {}): void {
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    await act()
    const handle = await real.open(...args)
    await afterwards()
    return handle
  })
}

test.each([
  ['a named pipe', 'mkfifo'],
  ['a folder', 'mkdir'],
])('%s is refused, and nobody waits for it', async (_, command) => {
  const { inside, read } = await folders()
  await promisify(execFile)(command, [join(inside, 'thing')])

  expect(await failureOf(read('thing'))).toMatchObject({ code: 'source_not_allowed' })
})

test('a socket is refused', async () => {
  const { inside, read } = await folders()
  const server = createServer().listen(join(inside, 'thing'))
  await once(server, 'listening')
  onTestFinished(() => void server.close())

  expect(await failureOf(read('thing'))).toMatchObject({ code: 'source_not_allowed' })
})

test.each(['/dev/zero', '/dev/random', '/dev/tty', '/dev/stdin', '/dev/fd/0'])(
  'the device %s is refused, even where its folder is allowed',
  async (path) => {
    const { transfer } = setup({ fileRoots: ['/dev'] })

    const failure = await failureOf(transfer.digest(sourceFile({ source: `file:${path}`, size: 3 }), options()))

    expect(failure.code).toMatch(/^source_(not_allowed|missing)$/)
  },
)

test('a file that becomes a link as it is opened is not read', async () => {
  const { inside, outside, read } = await folders()
  beforeOpening(async () => {
    await rm(join(inside, 'way', 'a.txt'))
    await symlink(join(outside, 'a.txt'), join(inside, 'way', 'a.txt'))
  })

  expect(await failureOf(read('way/a.txt'))).toMatchObject({ code: 'source_unavailable' })
})

test('a folder that becomes a link as a file in it is opened is not followed', async () => {
  const { inside, outside, read } = await folders()
  beforeOpening(async () => {
    await rename(join(inside, 'way'), join(inside, 'was'))
    await symlink(outside, join(inside, 'way'))
  })

  expect(await failureOf(read('way/a.txt'))).toMatchObject({ code: 'source_not_allowed' })
})

onLinux('that is so even when the folder is itself again right after', async () => {
  const { inside, outside, read } = await folders()
  const away = async () => {
    await rename(join(inside, 'way'), join(inside, 'was'))
    await symlink(outside, join(inside, 'way'))
  }
  const back = async () => {
    await rm(join(inside, 'way'))
    await rename(join(inside, 'was'), join(inside, 'way'))
  }
  beforeOpening(away, back)

  expect(await failureOf(read('way/a.txt'))).toMatchObject({ code: 'source_not_allowed' })
  await expect(read('way/a.txt')).resolves.toMatchObject({ md5: md5Of('abc') })
})

test('a file system that answers no more is given up like any source that stalls', async () => {
  const { inside } = await folders()
  const { transfer } = setup({ fileRoots: [inside], stallMs: 200 })
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    const handle = await real.open(...args)
    return Object.assign(handle, { read: () => new Promise(() => {}) })
  })

  const file = sourceFile({ source: `file:${inside}/way/a.txt`, size: 3 })

  expect(await failureOf(transfer.digest(file, options()))).toMatchObject({ code: 'transfer_stalled' })
})

test('a file that is moved or deleted within the folders as it is opened is read all the same', async () => {
  const { inside, read } = await folders()
  beforeOpening(
    async () => {},
    () => rename(join(inside, 'way', 'a.txt'), join(inside, 'b.txt')),
  )
  await expect(read('way/a.txt')).resolves.toMatchObject({ md5: md5Of('abc') })

  beforeOpening(
    async () => {},
    () => rm(join(inside, 'b.txt')),
  )
  await expect(read('b.txt')).resolves.toMatchObject({ md5: md5Of('abc') })
})
