/** Does the package work for those who install it? Built into a folder of its own, and used by its name. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** A project that has the package in its `node_modules`, built from this source. */
async function projectWithPackage(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'zenodo-replicator-project-'))
  onTestFinished(() => rm(project, { recursive: true }))
  const installed = join(project, 'node_modules', 'zenodo-replicator')
  await mkdir(installed, { recursive: true })
  await copyFile(join(root, 'package.json'), join(installed, 'package.json'))
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'))
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  await run(compiler, ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(installed, 'dist')])
  return project
}

test('the examples of the README run against the built package', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code)
  expect(examples).not.toEqual([])
  const project = await projectWithPackage()
  for (const [at, code] of examples.entries()) {
    const file = join(project, `example-${at}.mjs`)
    await writeFile(file, code)
    await expect(run(process.execPath, [file])).resolves.toEqual({ stdout: '', stderr: '' })
  }
}, 120_000)
