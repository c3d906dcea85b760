/** Which files of this host may be read, and is a file that changes noticed? */
import { appendFile, mkdir, mkdtemp, readdir, readlink, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openFileSource } from '../../src/transfer/file-source.ts'
import { failureOf, md5Of, options, setup, sourceFile, startSink, targetAt } from './setup.ts'

/** A folder `inside` that is a root, beside a folder `outside` that is not. */
async function folders() {
  const base = await mkdtemp(join(tmpdir(), 'transfer-test-'))
  onTestFinished(() => rm(base, { recursive: true }))
  const [inside, outside] = [join(base, 'inside'), join(base, 'outside')]
  await Promise.all([mkdir(inside), mkdir(outside)])
  await writeFile(join(inside, 'a.txt'), 'abc')
  await writeFile(join(outside, 'a.txt'), 'abc')
  const { transfer } = setup({ fileRoots: [inside] })
  return { inside, outside, transfer }
}

test('a file below a configured folder is sent', async () => {
  const { inside, transfer } = await folders()
  const sink = await startSink()
  const source = pathToFileURL(join(inside, 'a.txt')).href

  const sent = await transfer.send(sourceFile({ source, size: 3 }), targetAt(sink.url, 3), options())

  expect(sent.md5).toBe(md5Of('abc'))
  expect(sink.puts[0]?.body.toString()).toBe('abc')
})

test('a file whose try ended while it was being opened is not left open', async () => {
  const { inside } = await folders()
  const file = sourceFile({ source: pathToFileURL(join(inside, 'a.txt')).href, size: 3 })
  const opening = openFileSource(file, [inside], AbortSignal.abort(new Error('stopped')))

  await expect(opening).rejects.toThrow('stopped')
  const open = await readdir('/proc/self/fd')
  const places = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  expect(places).not.toContain(join(inside, 'a.txt'))
})

test('a relative source is one of the folder of its manifest', async () => {
  const { outside, transfer } = await folders()
  const file = sourceFile({ source: 'file:a.txt', size: 3, fileRoot: outside })

  await expect(transfer.digest(file, options())).resolves.toMatchObject({ md5: md5Of('abc') })
})

test.each(['a b.txt', 'a+b.txt', 'a#b.txt', '50%.txt', 'é.txt', 'x;y.txt', 'q?r.txt', 'a%20b.txt'])(
  'the name %s is read as written, and as a URL',
  async (name) => {
    const { inside, transfer } = await folders()
    await writeFile(join(inside, name), name)
    const size = Buffer.byteLength(name)
    const expected = { md5: md5Of(name) }
    const asWritten = sourceFile({ source: `file:${name}`, size, fileRoot: inside })
    const asUrl = sourceFile({ source: pathToFileURL(join(inside, name)).href, size })
    const encoded = sourceFile({ source: `file:${encodeURIComponent(name)}`, size, fileRoot: inside })

    await expect(transfer.digest(asWritten, options())).resolves.toMatchObject(expected)
    await expect(transfer.digest(asUrl, options())).resolves.toMatchObject(expected)
    await expect(transfer.digest(encoded, options())).resolves.toMatchObject(expected)
  },
)

test('paths out of the allowed folders are refused, whether they exist or not', async () => {
  const { inside, outside, transfer } = await folders()
  const sources = [
    `file:${outside}/a.txt`,
    `file:${outside}/none.txt`,
    'file:../outside/a.txt',
    'file:%2e%2e/outside/a.txt',
    `file://${inside}/..%2foutside/a.txt`,
    'file://host.example.org/a.txt',
    'file:///etc/passwd',
  ]

  for (const source of sources) {
    const file = sourceFile({ source, size: 3, fileRoot: inside })
    const failure = await failureOf(transfer.digest(file, options()))
    expect([source, failure.code]).toEqual([source, 'source_not_allowed'])
  }
})

test('a symbolic link does not lead out, neither as the file nor as a folder on the way', async () => {
  const { inside, outside, transfer } = await folders()
  await symlink(join(outside, 'a.txt'), join(inside, 'link.txt'))
  await symlink(outside, join(inside, 'way'))

  for (const source of ['file:link.txt', 'file:way/a.txt']) {
    const failure = await failureOf(transfer.digest(sourceFile({ source, size: 3, fileRoot: inside }), options()))
    expect(failure.code).toBe('source_not_allowed')
  }
})

test('a folder that is itself reached by a link may be a root, and links within it are fine', async () => {
  const { inside, outside } = await folders()
  await symlink(inside, join(outside, 'root'))
  await symlink(join(inside, 'a.txt'), join(inside, 'link.txt'))
  const { transfer } = setup({ fileRoots: [join(outside, 'root')] })

  const file = sourceFile({ source: `file:${outside}/root/link.txt`, size: 3 })

  await expect(transfer.digest(file, options())).resolves.toMatchObject({ md5: md5Of('abc') })
})

test('a missing file, a folder and a relative path without a manifest folder are told apart', async () => {
  const { inside, transfer } = await folders()
  await mkdir(join(inside, 'folder'))
  const codes = [
    [`file:${inside}/none.txt`, 'source_missing'],
    [`file:${inside}/folder`, 'source_not_allowed'],
    ['file:a.txt', 'source_not_allowed'],
  ]

  for (const [source = '', code] of codes) {
    const failure = await failureOf(transfer.digest(sourceFile({ source, size: 3 }), options()))
    expect(failure.code).toBe(code)
  }
})

test('a file of another size than promised is refused before sending', async () => {
  const { inside, transfer } = await folders()
  const sink = await startSink()
  const file = sourceFile({ source: 'file:a.txt', size: 4, fileRoot: inside })

  const target = targetAt(sink.url, 4)
  const failure = await failureOf(transfer.send(file, target, options()))

  expect(failure.code).toBe('source_size_differs')
  expect(target.admissions()).toBe(0)
})

test.each([
  ['grows', (path: string) => appendFile(path, 'more')],
  ['shrinks', (path: string) => truncate(path, 300_000)],
])('a file that %s while it is read never becomes whole at Zenodo', async (_, change) => {
  const { inside, transfer } = await folders()
  const sink = await startSink()
  const size = 1_000_000
  await writeFile(join(inside, 'big.bin'), Buffer.alloc(size))
  const target = { ...targetAt(sink.url, size), admit: () => change(join(inside, 'big.bin')) }

  const failure = await failureOf(
    transfer.send(sourceFile({ source: 'file:big.bin', size, fileRoot: inside }), target, options()),
  )

  expect(failure.code).toBe('source_size_differs')
  expect(sink.puts.filter((put) => put.isWhole)).toEqual([])
})
