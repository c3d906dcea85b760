/** Is all in the container image that the package has? */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const read = (path: string) => readFileSync(at(path), 'utf8')

const copied = [...read('Dockerfile').matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, paths = '']) =>
  paths.split(' ').map((path) => path.replace('/build/', '')),
)
const excluded = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

it('the image holds what the package holds, and nothing that is not there', () => {
  const { files } = JSON.parse(read('package.json')) as { files: string[] }
  const isIn = (path: string) => copied.some((one) => path === one || path.startsWith(`${one}/`))
  expect(files.filter((path) => !isIn(path))).toEqual([])
  expect(copied.filter((path) => path !== 'dist' && !existsSync(at(path)))).toEqual([])
})

it('nothing that is copied is kept out of the build, and secrets, databases and history are', () => {
  expect(copied.filter((path) => path !== 'dist' && path !== 'node_modules' && excluded.includes(path))).toEqual([])
  expect(excluded).toEqual(expect.arrayContaining(['.git', '.env', '**/*.sqlite', '**/node_modules']))
})

it('it runs without rights, and Node itself gets the signals', () => {
  expect(read('Dockerfile')).toMatch(/^USER node$/m)
  expect(read('Dockerfile')).toMatch(/^ENTRYPOINT \["node", /m)
})
