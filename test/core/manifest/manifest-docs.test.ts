import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseManifest } from '../../../src/core/manifest/manifest.ts'

const page = readFileSync(new URL('../../../docs/manifest.md', import.meta.url), 'utf8')
const [example, refusals] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!))

test('the documented manifest is accepted as it stands', () => {
  expect(parseManifest(example)).toEqual({ ok: true, manifest: { ...example } })
})

test('the documented refusals are what a person gets', () => {
  const [file] = example.files.data
  const data = [0, 1, 2, 3].map((index) => ({ ...file, path: `${index}.csv`, size: index === 3 ? -1 : 1 }))
  const wrong = { ...example, files: { data }, softwareLicense: 'Apache 2' }
  expect(parseManifest(wrong)).toEqual({ ok: false, problems: refusals })
})
