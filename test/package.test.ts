/** Does the package work for those who install it? Built into a folder of its own, and used by its name. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openApi } from './http/setup.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** A project that has the package in its `node_modules`, built from this source. */
async function projectWithPackage(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'zenodo-replicator-project-'))
  const installed = join(project, 'node_modules', 'zenodo-replicator')
  await mkdir(installed, { recursive: true })
  await copyFile(join(root, 'package.json'), join(installed, 'package.json'))
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'))
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  await run(compiler, ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')])
  return project
}

let project: string
beforeAll(async () => {
  project = await projectWithPackage()
}, 120_000)
afterAll(() => rm(project, { recursive: true }))

test('the examples of the README run against the built package', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code)
  expect(examples).not.toEqual([])
  for (const [at, code] of examples.entries()) {
    const file = join(project, `example-${at}.mjs`)
    await writeFile(file, code)
    await expect(run(process.execPath, [file])).resolves.toEqual({ stdout: '', stderr: '' })
  }
}, 120_000)

test('a program in TypeScript uses the client of the built package, and its types hold', async () => {
  const { bench, api } = await openApi('sqlite')
  onTestFinished(async () => {
    await api.close()
    await bench.drop()
  })
  const code = `import { ApiError, createClient } from 'zenodo-replicator/client'
const client = createClient({ url: ${JSON.stringify(api.url)}, token: process.env['TOKEN'] ?? '' })
const { name, role }: { name: string; role: 'enqueue' | 'viewer' | 'curator' | 'admin' } = await client.whoAmI()
const states: string[] = []
for await (const copy of client.listAll({ state: ['enqueued'], limit: 1 })) states.push(copy.state + copy.bytesTotal.toFixed(0))
// @ts-expect-error there is no such state
client.listAll({ state: ['lost'] })
// @ts-expect-error the id is missing
await client.getCopy().catch(() => null)
const code: string = await client.getCopy({ params: { id: 99 } }).then(() => '', (error: unknown) => error instanceof ApiError ? error.code : '')
const stop = new AbortController()
for await (const told of client.events({}, { signal: stop.signal })) {
  if (told.event === 'service' && told.data.pause === null) stop.abort()
}
console.log(JSON.stringify({ name, role, states, code }))
`
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  await writeFile(join(project, 'use.ts'), code)
  await symlink(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'))
  const strict = ['--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--noEmit']
  await run(join(root, 'node_modules', '.bin', 'tsc'), [...strict, join(project, 'use.ts')], { cwd: project })
  await bench.add({ doi: '10.5061/dryad.a' })
  await bench.add({ doi: '10.5061/dryad.b' })
  const env = { ...process.env, TOKEN: await api.tokenOf('viewer') }
  const { stdout } = await run(process.execPath, [join(project, 'use.ts')], { env })
  expect(JSON.parse(stdout)).toEqual({
    name: 'the viewer',
    role: 'viewer',
    states: ['enqueued3', 'enqueued3'],
    code: 'copy_not_found',
  })
}, 120_000)
